import { describe, expect, test } from 'vitest';
import { BENCHES, QUICK } from './benches.ts';
import { startAllocation } from './measure.ts';
import { ours } from './ours.ts';
import { runClient, withLightTarget } from './processes.ts';
import { formatTable, makeRow, median, upperBound } from './rows.ts';

describe('every bench runs at small size', () => {
  test.each(Object.keys(BENCHES))('%s', async (name) => {
    const rows = await BENCHES[name](QUICK, ours);
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      const values = [...row.oursValues, ...row.baselineValues];
      expect(values.every(Number.isFinite), `${row.name}: ${values}`).toBe(true);
      if (row.baselineName) expect(row.baselineValues).toHaveLength(QUICK.pairs);
      if (ours) expect(row.oursValues).toHaveLength(QUICK.pairs);
    }
  });
});

test.each(['./bare-loop.ts', './ws-client.ts'])(
  'the light target counts what %s counts',
  async (file) => {
    await withLightTarget(async (target) => {
      const workload = {
        kind: 'closed',
        target: 'light',
        inThread: false,
        port: target.port,
        chargers: 10,
        warmupS: 0,
        windowS: 0,
        windowCalls: 500,
      } as const;
      const { calls, cpuUs } = await runClient(file, workload);
      const counters = await target.counters();
      expect(calls).toBeGreaterThanOrEqual(500);
      // The client's window is a part of what it sent.
      expect(counters.calls).toBeGreaterThanOrEqual(calls);
      expect(counters.accepted).toBe(10);
      expect(cpuUs).toBeGreaterThan(0);
    });
  },
);

test('allocation is counted through collections', () => {
  const count = 400_000;
  const stop = startAllocation();
  let kept: number[] = [];
  for (let i = 0; i < count; i++) kept = [i, i + 1, i + 2, i + 3];
  const bytesEach = stop() / count;
  // An array of four small integers: 16 bytes of head and 16 + 4 x 8 of elements.
  expect(kept).toHaveLength(4);
  expect(bytesEach).toBeGreaterThan(60);
  expect(bytesEach).toBeLessThan(120);
});

describe('rows', () => {
  const spec = { name: 'n', unit: 'us', baselineName: 'b', limit: 1.2 } as const;

  test('a ratio is taken pair by pair, so that a slow minute weighs once', () => {
    const row = makeRow({ ...spec, comparison: 'ratio' }, [11, 22, 99], [10, 20, 90]);
    expect(row).toMatchObject({ ours: 22, baseline: 20, verdict: 'ok' });
    expect(row.compared).toBeCloseTo(1.1);
    expect(makeRow({ ...spec, comparison: 'ratio' }, [13], [10]).verdict).toBe('over');
  });

  test('a bound is above the mean of the ratios, by what they vary', () => {
    expect(upperBound([])).toBeNull();
    expect(upperBound([1.02, 1.02, 1.02])).toBeCloseTo(1.02);
    const bound = upperBound([1, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98]) ?? 0;
    expect(bound).toBeGreaterThan(1.01);
    expect(bound).toBeLessThan(1.1);
    const row = makeRow({ ...spec, limit: 1.05, comparison: 'ratioBound' }, [11, 9], [10, 10]);
    expect(row).toMatchObject({ verdict: 'over' });
  });

  test('differences, absolute values and nothing at all', () => {
    const difference = { ...spec, comparison: 'difference', limit: 64 } as const;
    expect(makeRow(difference, [300, 290], [236, 230]).compared).toBe(62);
    expect(makeRow({ ...spec, comparison: 'absolute' }, [1.3]).verdict).toBe('over');
    expect(makeRow({ ...spec, comparison: 'ratio' }, [], [3])).toMatchObject({
      ours: null,
      baseline: 3,
      compared: null,
      verdict: 'not measured',
    });
    expect(median([])).toBeNull();
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  test('the table is aligned', () => {
    const rows = [
      makeRow({ ...spec, name: 'closed', comparison: 'ratio' }, [11], [10]),
      makeRow({ ...spec, unit: 'bytes', baselineName: '', comparison: 'absolute' }, [1234]),
    ];
    expect(formatTable(rows).split('\n')).toEqual([
      'bench   unit    ours  baseline     compared  limit',
      'closed  us     11.00     10.00  b    x 1.10   1.20  ok',
      'n       bytes   1234         -         1234   1.20  over',
    ]);
  });
});
