import { expect, test } from 'vitest';
import { runId } from '../../src/view/run-id.ts';
import { fixtureHeader } from '../result/fixtures.ts';

test('names scenario, start and seed', () => {
  expect(runId(fixtureHeader())).toBe('nightly.ts-20260102T030405Z-7319');
});
