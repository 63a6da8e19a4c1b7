import { describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS, decide } from '../../src/compare/decide.ts';
import {
  type CompareReport,
  compareJson,
  compareMarkdown,
  compareText,
  exitCodeOf,
} from '../../src/report/compare.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { noisy, share, time } from '../compare/numbers.ts';
import { expectGolden } from './golden.ts';

const zeros = (count: number) => new Array<number>(count).fill(0);

/** Four metrics decide, three are shown; the first is `slower` times as slow. */
function reportOf(count: number, slower: number, design: 'pairs' | 'runs' | 'blocks') {
  const decision = decide(
    [
      time('service p95', noisy(count, 41.2, 0.02, 1), noisy(count, 41.2 * slower, 0.02, 2)),
      time('response p99', noisy(count, 88, 0.02, 3), noisy(count, 88.4, 0.02, 4)),
      share('failed share', zeros(count), zeros(count)),
      time('boot p95', noisy(count, 11.2, 0.02, 5), noisy(count, 11.1, 0.02, 6)),
    ],
    [
      time('service p50', noisy(count, 12.1, 0.02, 7), noisy(count, 12.1 * slower, 0.02, 8)),
      time('MeterValues service p95', noisy(count, 40, 0.02, 9), noisy(count, 46, 0.02, 10)),
      time('upgrade p95', noisy(count, 3, 0.3, 11), noisy(count, 3, 0.3, 12)),
    ],
    { ...DEFAULT_OPTIONS, design },
  );
  const exitCode = exitCodeOf(decision.answer, false);
  return { decision, notes: [], exitCode } satisfies CompareReport;
}

describe('golden', () => {
  test('a regression', () => {
    expectGolden('compare-regression.txt', compareText(reportOf(10, 1.16, 'pairs'), PLAIN_LOOK));
  });

  test('no regression', () => {
    expectGolden('compare-none.txt', compareText(reportOf(8, 1, 'runs'), PLAIN_LOOK));
  });

  test('too few', () => {
    expectGolden('compare-few.txt', compareText(reportOf(4, 1.16, 'pairs'), PLAIN_LOOK));
  });

  test('blocks', () => {
    expectGolden('compare-blocks.txt', compareText(reportOf(12, 1.16, 'blocks'), PLAIN_LOOK));
  });

  test('Markdown', () => {
    expectGolden('compare.md', compareMarkdown(reportOf(10, 1.16, 'pairs')));
  });

  test('JSON', () => {
    expectGolden('compare.json', compareJson(reportOf(10, 1.16, 'pairs')));
  });
});

test('no line is wider than the terminal', () => {
  for (const width of [60, 80, 100]) {
    const text = compareText(reportOf(4, 1.16, 'pairs'), { width, color: false });
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width);
  }
});

test('few runs that differ much: more would tell', () => {
  const wild = decide([time('service p95', noisy(12, 40, 0.5, 1), noisy(12, 41, 0.5, 2))], [], {
    ...DEFAULT_OPTIONS,
    design: 'pairs',
  });
  const text = compareText({ decision: wild, notes: ['one of ours'], exitCode: 123 }, PLAIN_LOOK);
  expect(text).toContain('the runs differ too much by themselves');
  expect(text).toContain('note: one of ours');
});

test('exit codes', () => {
  expect(exitCodeOf('regression', true)).toBe(121);
  expect(exitCodeOf('inconclusive', false)).toBe(123);
  expect(exitCodeOf('inconclusive', true)).toBe(0);
  expect(exitCodeOf('noRegression', false)).toBe(0);
});
