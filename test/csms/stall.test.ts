import { afterEach, expect, test } from 'vitest';
import { type Csms, startCsms } from '../../src/csms/server.ts';
import { afterStall } from '../../src/csms/stall.ts';
import { connect } from './client.ts';
import { expectSumsToAgree } from './sums.ts';

let csms: Csms | null = null;
afterEach(async () => {
  if (csms === null) return;
  expectSumsToAgree(csms.counters());
  await csms.close();
});

test.each([
  [0, 0],
  [999, 999],
  [9_999, 9_999],
  [10_000, 11_000],
  [10_999.5, 11_000],
  [11_000, 11_000],
  [20_500, 21_000],
])('an answer due at %d ms leaves at %d ms', (atMs, leavesAtMs) => {
  expect(afterStall({ everyMs: 10_000, forMs: 1_000 }, atMs)).toBe(leavesAtMs);
});

test('answers come before a stall, and those due in it when it ends', async () => {
  csms = await startCsms({ stall: { everyMs: 400, forMs: 350 } });
  const client = await connect(csms);
  const answeredAtMs = [performance.now()];
  let gapMs = 0;
  // A timer of Node may fire a millisecond early. Between two stalls there is time for many.
  while (gapMs < 340) {
    expect((await client.call('Heartbeat', {}))[0]).toBe(3);
    answeredAtMs.push(performance.now());
    gapMs = (answeredAtMs.at(-1) as number) - (answeredAtMs.at(-2) as number);
  }
  expect(answeredAtMs.length).toBeGreaterThan(2);
});
