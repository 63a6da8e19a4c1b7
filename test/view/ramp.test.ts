import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { rampSection } from '../../src/report/tables.ts';
import { ramp } from '../../src/scenario/connect.ts';
import { HDR_SLOTS, hdrIndex } from '../../src/snapshot/hdr.ts';
import { runHistogram } from '../../src/snapshot/layout.ts';
import { emptySnapshot, mergeSnapshots, readSnapshot } from '../../src/snapshot/snapshot.ts';
import { rampOf } from '../../src/view/ramp.ts';
import { simScenario } from '../sim/scenario.ts';
import { simulate } from '../sim/simulate.ts';
import { emptyMemory, put } from '../snapshot/memories.ts';

/** Chargers that booted after so many microseconds. */
function snapshotOf(timesUs: readonly number[]) {
  const snapshot = emptySnapshot(1);
  const slots = new Float64Array(HDR_SLOTS);
  for (const us of timesUs) slots[hdrIndex(us)]++;
  snapshot.histograms[runHistogram('bootedAfter')] = slots;
  return snapshot;
}

describe('moments', () => {
  test('are of all planned chargers', () => {
    const times = Array.from({ length: 90 }, (_, i) => (i + 1) * 1000);
    const { booted } = rampOf(snapshotOf(times), 100);
    expect(booted).toMatchObject({ count: 90, p99S: null, p100S: null });
    expect(booted.p50S).toBeCloseTo(0.05, 3);
    expect(booted.p90S).toBeCloseTo(0.09, 3);
    // The last of 99 % of those who came is the 90th.
    expect(Math.round(booted.perS / 10)).toBe(100);
  });

  test('nobody came', () => {
    expect(rampOf(snapshotOf([]), 5).booted).toEqual({
      ...{ count: 0, p50S: null, p90S: null, p99S: null, p100S: null, perS: 0 },
    });
  });

  test('one who comes late does not hide how fast the others were', () => {
    const { booted } = rampOf(snapshotOf([...new Array(199).fill(1_000_000), 60e6]), 200);
    expect(booted.p100S).toBeCloseTo(60, 0);
    expect(booted.perS).toBeCloseTo(198, 0);
  });

  test('the n-th time to a thousandth, and the same merged', () => {
    const times = fc.array(fc.integer({ min: 1, max: 1e9 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(times, fc.nat({ max: 20 }), (timesUs, missing) => {
        const planned = timesUs.length + missing;
        const { booted } = rampOf(snapshotOf(timesUs), planned);
        const inOrder = timesUs.toSorted((a, b) => a - b);
        const shares = { p50S: 0.5, p90S: 0.9, p99S: 0.99, p100S: 1 } as const;
        for (const [name, share] of Object.entries(shares)) {
          const us = inOrder[Math.ceil(planned * share) - 1];
          const seconds = booted[name as keyof typeof shares];
          if (us === undefined) expect(seconds).toBe(null);
          else expect(Math.abs(Number(seconds) * 1e6 - us)).toBeLessThanOrEqual(us / 1000 + 1);
        }
        const halves = [0, 1].map((odd) => snapshotOf(timesUs.filter((_, i) => i % 2 === odd)));
        expect(rampOf(mergeSnapshots(halves), planned).booted).toEqual(booted);
      }),
      { numRuns: 20 },
    );
  });
});

test('on the virtual clock: the moments of the log, whatever the split', async () => {
  const scenario = simScenario(
    { duration: '30s', maxHandshakes: 4 },
    { chargers: 40, connect: ramp({ over: '5s' }) },
  );
  // Charger 39 is never let in.
  const behaviour = {
    onConnect: (charger: number) =>
      charger === 39 ? ({ outcome: 'refused' } as const) : { delayMs: 700 },
  };
  const runs = [1, 3].map((shards) => simulate({ scenario, behaviour, shards }));
  for (const { entries, snapshot } of await Promise.all(runs)) {
    const upsS = entries.filter(({ kind }) => kind === 'up').map(({ atNs }) => atNs / 1e9);
    const { upgraded, booted } = rampOf(snapshot, 40);
    expect(upsS).toHaveLength(39);
    expect(upgraded).toMatchObject({ count: 39, p99S: null, p100S: null });
    expect(upgraded.p50S).toBeCloseTo(upsS[19], 2);
    expect(upgraded.p90S).toBeCloseTo(upsS[35], 2);
    expect(booted.count).toBe(39);
    expect(Number(booted.p90S)).toBeGreaterThanOrEqual(Number(upgraded.p90S));
  }
});

describe('the section', () => {
  const PLANNED = 3;
  const lines = (bootedUs: readonly number[]) => {
    const memory = emptyMemory();
    for (const us of [100_000, 200_000, 900_000]) put(memory, runHistogram('connectedAfter'), us);
    for (const us of bootedUs) put(memory, runHistogram('bootedAfter'), us);
    return rampSection(rampOf(readSnapshot([memory]), PLANNED), PLANNED, PLAIN_LOOK);
  };
  test('two rows', () => {
    expect(lines([150_000, 300_000, 1_000_000])).toEqual([
      '  RAMP s      50 %  90 %  99 %  100 %  chargers/s',
      '    upgraded  0.20  0.90  0.90   0.90           3',
      '    booted    0.30   1.0   1.0    1.0           3',
    ]);
  });
  test('says what never came', () => {
    expect(lines([150_000]).slice(2)).toEqual([
      '    booted       -     -     -      -           7',
      '    - is never: 1 of 3 chargers booted',
    ]);
  });
  test('nothing when nobody connected', () => {
    expect(rampSection(rampOf(snapshotOf([]), 3), 3, PLAIN_LOOK)).toEqual([]);
  });
});
