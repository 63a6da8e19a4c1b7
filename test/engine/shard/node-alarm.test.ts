import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { nodeAlarm } from '../../../src/engine/shard/node-alarm.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

const at = (nowNs: number) => nodeAlarm({ nowNs: () => nowNs, wallMs: () => 0 });

test.each([
  // The rest of the time, in whole milliseconds rounded up.
  [1_700_000, 5_200_000, 4],
  [1_000_000, 5_000_000, 4],
  [1_999_999, 2_000_001, 1],
  [5_000_000, 5_000_000, 1],
  [9_000_000, 5_000_000, 1],
])('at %i for %i it sleeps %i ms', (nowNs, deadlineNs, delayMs) => {
  const wake = vi.fn();
  at(nowNs).set(deadlineNs, wake);
  vi.advanceTimersByTime(delayMs - 1);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test('a new deadline replaces the one before; clear forgets it', () => {
  const alarm = at(0);
  const [first, second, third] = [vi.fn(), vi.fn(), vi.fn()];
  alarm.set(1e6, first);
  alarm.set(3e6, second);
  vi.advanceTimersByTime(10);
  expect(first).not.toHaveBeenCalled();
  expect(second).toHaveBeenCalledOnce();
  alarm.set(1e6, third);
  alarm.clear();
  alarm.clear();
  vi.advanceTimersByTime(10);
  expect(third).not.toHaveBeenCalled();
});
