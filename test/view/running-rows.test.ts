import { expect, test } from 'vitest';
import { addDelta } from '../../src/snapshot/delta.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { errorsOf } from '../../src/view/errors.ts';
import { rowsOf } from '../../src/view/rows.ts';
import { runningRows } from '../../src/view/running-rows.ts';
import { busySeconds } from '../result/fixtures.ts';

test('the same rows as of a snapshot, after each second', () => {
  const total = emptySnapshot(1);
  const running = runningRows(1);
  expect(running.rows()).toEqual(rowsOf(total));
  expect(running.steady()).toBe(null);
  for (const { delta } of busySeconds(12, 50)) {
    addDelta(total, delta);
    running.add(delta);
    expect(running.rows()).toEqual(rowsOf(total));
    const steady = rowsOf(total, 'steady').at(-1);
    expect(running.steady()).toEqual((steady?.sent ?? 0) > 0 ? steady : null);
    expect(errorsOf(running.counted)).toEqual(errorsOf(total));
  }
  expect(running.rows().length).toBeGreaterThan(2);
});
