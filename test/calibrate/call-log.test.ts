import { describe, expect, test } from 'vitest';
import {
  addCall,
  answeredCount,
  type CallLog,
  emptyLog,
  logBytes,
  logFrom,
  matchLogs,
  responseTimesMs,
  serviceTimesMs,
} from './call-log.ts';

/** Rows of [port, id, CALL at ms, answer at ms]. */
function logOf(rows: readonly (readonly [number, number, number, number])[]): CallLog {
  const log = emptyLog(1);
  for (const [port, id, callMs, answerMs] of rows) {
    const row = addCall(log, port, id, callMs * 1e6);
    log.answerNs[row] = answerMs * 1e6;
  }
  return log;
}

test('a log grows, and survives as bytes', () => {
  const log = logOf(
    Array.from({ length: 100 }, (_, i) => [40_000 + i, 1e9 + i, i, i === 7 ? Number.NaN : i + 1]),
  );
  const again = logFrom(logBytes(log));
  expect(again.count).toBe(100);
  expect([...again.ports]).toEqual([...log.ports.subarray(0, 100)]);
  expect([...again.ids]).toEqual([...log.ids.subarray(0, 100)]);
  expect([...serviceTimesMs(again)]).toEqual([...serviceTimesMs(log)]);
  expect(answeredCount(again)).toBe(99);
  expect(logFrom(Buffer.alloc(0)).count).toBe(0);
  expect(() => logFrom(Buffer.alloc(23))).toThrow('23 bytes are no log');
});

test('logs are matched by connection and id', () => {
  const one = logOf([
    [1, 101, 0, 1],
    [2, 101, 0, 1],
    [1, 102, 2, 3],
  ]);
  const other = logOf([
    [1, 102, 9, 9],
    [1, 101, 9, 9],
  ]);
  expect([...matchLogs(one, other)]).toEqual([1, -1, 0]);
});

describe('response times', () => {
  test('are counted from the schedule that the most punctual CALL shows', () => {
    const log = logOf([
      // Due at 10, 20, 30, 40: the first is 3 late, the second punctual, the others wait for it.
      [1, 1, 13, 14],
      [1, 2, 20, 35],
      [1, 3, 36, 38],
      [1, 4, 40, 41],
      // Due at 0 and 10.
      [2, 1, 0, 1],
      [2, 2, 11, 12],
    ]);
    expect([...responseTimesMs(log, 10e6)]).toEqual([4, 15, 8, 1, 1, 2]);
    expect([...serviceTimesMs(log)]).toEqual([1, 15, 2, 1, 1, 1]);
  });

  test('know no answer', () => {
    expect([...responseTimesMs(logOf([[1, 1, 5, Number.NaN]]), 10e6)]).toEqual([Number.NaN]);
  });
});
