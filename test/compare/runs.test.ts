import { describe, expect, test } from 'vitest';
import { arrange, blocksOf, checkRuns, notesOnRuns, wholeOf } from '../../src/compare/runs.ts';
import { callCounts } from '../../src/snapshot/snapshot.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { madeRun } from './runs.ts';

const STRICT = { invalid: false, embedded: false, different: false, minBlockS: 30 };
const runs = (seeds: readonly number[], changes = {}) =>
  seeds.map((seed) => madeRun({ seed, file: `${seed}.olr`, ...changes }));

describe('what may be compared', () => {
  const good = runs([1, 2]);

  test.each([
    ['an INVALID run', { trust: 'INVALID' }, { invalid: true }, 'is an INVALID run'],
    ['an interrupted one', { completed: false }, { invalid: true }, 'not completed'],
    ['a killed one', { trust: null }, { invalid: true }, 'not completed'],
    ['the embedded target', { embedded: true }, { embedded: true }, 'embedded central system'],
    ['another scenario', { scenarioMark: 'b' }, { different: true }, 'another scenario'],
    ['another machine', { machineMark: 'n' }, { different: true }, 'another machine'],
    ['a short one', { steadyS: 12 }, { minBlockS: 10 }, 'a steady stage of 12 s'],
  ])('%s only when it is allowed', (_name, changes, allowed, words) => {
    const bad = runs([3, 4], changes);
    const text = mistakeOf(() => checkRuns(good, bad, STRICT));
    expect(text).toContain('3.olr');
    expect(text).toContain(words);
    checkRuns(good, bad, { ...STRICT, ...allowed });
  });

  test('DEGRADED runs are', () => {
    checkRuns(good, runs([3, 4], { trust: 'DEGRADED' }), STRICT);
  });

  test('other hosts of the same kind are noted', () => {
    expect(notesOnRuns(good)).toEqual([]);
    expect(notesOnRuns([...good, madeRun({ hostMark: 'i' })])).toEqual([
      'the runs are of 2 hosts or kernels',
    ]);
  });

  test('no run twice, under whatever name', () => {
    expect(mistakeOf(() => checkRuns(good, runs([2, 3]), STRICT))).toContain(
      '2.olr is named twice',
    );
    const copy = { ...good[1], file: 'copy.olr' };
    expect(mistakeOf(() => checkRuns(good, [copy], STRICT))).toContain('copy.olr are one run');
  });
});

describe('which belong together', () => {
  test('equal seeds: pairs, whatever their order', () => {
    const { design, base, next } = arrange(runs([3, 1, 2]), runs([2, 3, 1]), 'run');
    expect(design).toBe('pairs');
    expect([base, next].map((side) => side.map(({ seed }) => seed))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });

  test.each([
    ['other seeds', [1, 2, 3], [4, 5, 6]],
    ['some of them', [1, 2, 3], [1, 2, 4]],
    ['a seed twice', [1, 1, 2], [1, 1, 2]],
    ['more of them', [1, 2], [1, 2, 3]],
  ])('%s: independent runs', (_name, before, after) => {
    expect(arrange(runs(before), runs(after), 'run').design).toBe('runs');
  });

  test('one run a side needs --unit block', () => {
    expect(mistakeOf(() => arrange(runs([1]), runs([1, 2]), 'run'))).toContain('--unit block');
    expect(mistakeOf(() => arrange(runs([1, 2]), runs([1]), 'run'))).toContain('the new side');
    expect(arrange(runs([1]), runs([2]), 'block').design).toBe('blocks');
  });
});

describe('blocks', () => {
  const run = madeRun({ steadyS: 100, callsPerS: 10 });

  test('of the steady stage, whole ones alone', () => {
    const blocks = [...blocksOf(run, 30)];
    expect(blocks.map((block) => callCounts(block, 'whole').sent)).toEqual([300, 300, 300]);
    expect(callCounts(wholeOf(run), 'steady').sent).toBe(1000);
  });

  test('seconds that were read late make no block longer than they are', () => {
    const late = { ...run, intervals: () => [...run.intervals()].map(shifted) };
    expect([...blocksOf(late, 30)]).toHaveLength(3);
  });

  const shifted = (
    interval: ReturnType<typeof run.intervals> extends Iterable<infer T> ? T : never,
  ) => ({
    ...interval,
    fromS: interval.fromS + 0.03 * Math.sin(interval.index),
    toS: interval.toS + 0.03 * Math.sin(interval.index + 1),
  });
});
