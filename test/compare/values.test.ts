import { describe, expect, test } from 'vitest';
import { arrange } from '../../src/compare/runs.ts';
import { valuesOf } from '../../src/compare/values.ts';
import { mistakeOf } from '../scenario/fixture.ts';
import { type MadeRun, madeRun } from './runs.ts';

const side = (seeds: readonly number[], changes: MadeRun = {}) =>
  seeds.map((seed) => madeRun({ ...changes, seed, serviceMs: (changes.serviceMs ?? 40) + seed }));
const DEFAULTS = { primary: null, minBlockS: 30 };

describe('a figure a run', () => {
  test('the i-th of each side are a pair', () => {
    const { primary } = valuesOf(
      arrange(side([1, 2, 3]), side([3, 2, 1], { serviceMs: 50 }), 'run'),
      DEFAULTS,
    );
    const [p95] = primary;
    expect(primary.map(({ name }) => name)).toEqual([
      ...['service p95', 'response p99', 'failed share', 'boot p95'],
    ]);
    for (const [i, value] of p95.base.entries()) expect(value).toBeCloseTo((41 + i) * 1.09, 0);
    for (const [i, value] of p95.next.entries()) expect(value).toBeCloseTo((51 + i) * 1.09, 0);
  });

  test('what decides is not shown again', () => {
    const { information } = valuesOf(arrange(side([1, 2]), side([1, 2]), 'run'), DEFAULTS);
    const names = information.map(({ name }) => name);
    expect(names).toContain('service p50');
    expect(names).not.toContain('service p95');
  });
});

describe('too few samples', () => {
  const few = arrange(side([1, 2], { boots: 20 }), side([1, 2], { boots: 20 }), 'run');

  test('a default metric does not decide then, and that is told', () => {
    const { primary, information, notes } = valuesOf(few, DEFAULTS);
    expect(primary.map(({ name }) => name)).not.toContain('boot p95');
    expect(information.map(({ name }) => name)).toContain('boot p95');
    expect(notes).toEqual([
      'boot p95 does not decide: a run has 20 samples of it, and 500 are needed',
    ]);
  });

  test('when only failed CALLs are left to decide, it is a mistake', () => {
    const slow = side([1, 2], { boots: 20, callsPerS: 10 });
    const text = mistakeOf(() => valuesOf(arrange(slow, slow, 'run'), DEFAULTS));
    expect(text).toContain('service p95 cannot decide: a run has 300 samples of it');
  });

  test('a declared one is a mistake', () => {
    const text = mistakeOf(() => valuesOf(few, { ...DEFAULTS, primary: ['boot p95'] }));
    expect(text).toContain('boot p95 cannot decide: a run has 20 samples of it');
  });
});

describe('a figure a block', () => {
  test('of long runs; boots are of none', () => {
    const arrangement = arrange([madeRun({ steadyS: 120 })], [madeRun({ steadyS: 90 })], 'block');
    const { primary, notes } = valuesOf(arrangement, DEFAULTS);
    expect([primary[0].base.length, primary[0].next.length]).toEqual([4, 3]);
    expect(notes[0]).toContain('boot p95 does not decide: a block has 0 samples');
  });

  test('one block tells nothing', () => {
    const arrangement = arrange([madeRun({ steadyS: 59 })], [madeRun({ steadyS: 90 })], 'block');
    expect(mistakeOf(() => valuesOf(arrangement, DEFAULTS))).toContain(
      'room for one block of 30 s',
    );
  });
});
