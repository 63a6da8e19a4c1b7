import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Answer,
  flippedLoads,
  nextProbe,
  type Probe,
  probesFor,
  type SearchEnd,
  type SearchSettings,
} from '../../src/capacity/search.ts';
import { analyticLimit, percentile, type Queue, shareAbove, simulateQueue } from './queue.ts';

const SETTINGS: SearchSettings = { from: 100, to: 3200, precision: 0.05, mostProbes: 12 };

/** Plays a search against what `measure` says. */
function search(
  measure: (load: number, isConfirmation: boolean) => Answer,
  settings = SETTINGS,
): { end: SearchEnd; probes: readonly Probe[] } {
  const probes: Probe[] = [];
  for (;;) {
    const next = nextProbe(probes, settings);
    if (next.kind === 'end') return { end: next.end, probes };
    const { load, isConfirmation } = next;
    probes.push({ load, isConfirmation, answer: measure(load, isConfirmation) });
  }
}

const limitAt = (limit: number) => (load: number) => (load <= limit ? 'held' : 'failed');

test('whatever the limit in a range of 32 times: within 5 %, confirmed, in 12 probes', () => {
  fc.assert(
    fc.property(fc.double({ min: 100, max: 3199, noNaN: true }), (limit) => {
      const { end, probes } = search(limitAt(limit));
      expect(probes.length).toBeLessThanOrEqual(12);
      const { kind, held, failed, isConfirmed } = end;
      expect([kind, isConfirmed]).toEqual(['limit', true]);
      expect(held).toBeLessThanOrEqual(limit);
      expect(failed).toBeGreaterThan(limit);
      expect((failed ?? 0) / (held ?? 0)).toBeLessThanOrEqual(1.05);
    }),
  );
});

test('the probes that are enough', () => {
  expect(probesFor(100, 3200, 0.05)).toBeGreaterThanOrEqual(12);
  expect(probesFor(5, 5, 0.05)).toBeLessThanOrEqual(9);
});

test('they are enough when one load failed by chance', () => {
  const mostProbes = probesFor(100, 3200, 0.05);
  fc.assert(
    fc.property(fc.double({ min: 100, max: 3199, noNaN: true }), fc.nat(8), (limit, unlucky) => {
      let n = 0;
      const measure = (load: number, isConfirmation: boolean) =>
        n++ === unlucky && !isConfirmation ? 'failed' : limitAt(limit)(load);
      const { end } = search(measure, { ...SETTINGS, mostProbes });
      expect(end).toMatchObject({ kind: 'limit', isConfirmed: true });
      expect(end.held).toBeLessThanOrEqual(limit);
    }),
  );
});

test('goes on from any part of its list as if it had never stopped', () => {
  const { probes } = search(limitAt(777));
  for (let n = 0; n < probes.length; n++) {
    const { load, isConfirmation } = probes[n];
    expect(nextProbe(probes.slice(0, n), SETTINGS)).toEqual({
      kind: 'probe',
      load,
      isConfirmation,
    });
  }
});

describe('what it says', () => {
  test('when all that was asked for holds', () => {
    const { end } = search(() => 'held');
    expect(end).toEqual({ kind: 'atLeast', held: 3200, failed: null, isConfirmed: true });
  });

  test('when not even the lowest load does', () => {
    const { end, probes } = search(() => 'failed');
    expect(end).toEqual({ kind: 'none', held: null, failed: 100, isConfirmed: false });
    expect(probes.map(({ load }) => load)).toEqual([100, 100]);
  });

  test('when the generator gives out first: a number for it, none for the target', () => {
    const { end } = search((load) => (load <= 1000 ? 'held' : 'generator'));
    expect(end.kind).toBe('generatorLimit');
    expect(end.held).toBeLessThanOrEqual(1000);
    expect(search(() => 'generator').end).toMatchObject({ kind: 'generatorLimit', held: null });
  });

  test('when it gives out while an answer is confirmed: what held before still has', () => {
    const { end } = search((load, isConfirmation) =>
      isConfirmation ? 'generator' : limitAt(700)(load),
    );
    expect(end).toMatchObject({ kind: 'outOfProbes', isConfirmed: false });
    expect(end.held).toBeGreaterThan(660);
    expect(end.held).toBeLessThanOrEqual(700);
  });

  test('when nothing can be told above: no number for what is unclear', () => {
    const { end } = search((load) => (load <= 1000 ? 'held' : 'unclear'));
    expect(end).toMatchObject({ kind: 'unclear', isConfirmed: true });
    expect(search(() => 'unclear').end).toMatchObject({ kind: 'unclear', held: null });
    const answers = ['unclear', 'failed'] as const;
    const probes = answers.map((answer) => ({ load: 100, isConfirmation: false, answer }));
    expect(nextProbe(probes, SETTINGS)).toMatchObject({ end: { kind: 'none' } });
  });

  test('when the generator gives out above a load at which the target fails', () => {
    const { end } = search((load) => (load > 1500 ? 'generator' : limitAt(700)(load)));
    expect(end).toMatchObject({ kind: 'limit' });
    expect(end.failed).toBeLessThanOrEqual(735);
  });

  test('when a load holds once, but not when it is held for longer', () => {
    const { end } = search((load, longer) => limitAt(longer ? 600 : 700)(load), {
      ...SETTINGS,
      mostProbes: 30,
    });
    expect(end).toMatchObject({ kind: 'limit', isConfirmed: true });
    expect(end.held).toBeLessThanOrEqual(600);
    expect(end.held).toBeGreaterThan(500);
  });

  test('when a load failed by chance, once: it is tried again, and passed', () => {
    let calls = 0;
    const { end, probes } = search((load) => (++calls === 2 ? 'failed' : limitAt(1500)(load)), {
      ...SETTINGS,
      mostProbes: 16,
    });
    expect(flippedLoads(probes)).toEqual([200]);
    expect(end).toMatchObject({ kind: 'limit', isConfirmed: true });
    expect(end.held).toBeGreaterThan(1400);
    expect(end.held).toBeLessThanOrEqual(1500);
  });

  test('when loads fail and hold in turn: no limit, and what held below all that failed', () => {
    const probe = (load: number, answer: Answer, isConfirmation = false) => ({
      ...{ load, answer, isConfirmation },
    });
    const once = [probe(100, 'held'), probe(200, 'failed'), probe(200, 'held', true)];
    expect(nextProbe(once, SETTINGS)).toMatchObject({ kind: 'probe', load: 400 });
    const twice = [...once, probe(400, 'failed'), probe(400, 'held', true)];
    expect(nextProbe(twice, SETTINGS)).toEqual({
      kind: 'end',
      end: { kind: 'flips', held: 100, failed: 200, isConfirmed: false },
    });
  });

  test('when the probes run out', () => {
    const { end } = search(limitAt(777), { ...SETTINGS, mostProbes: 5 });
    expect(end).toEqual({ kind: 'outOfProbes', held: 566, failed: 800, isConfirmed: false });
  });

  test('of loads that cannot be told apart: one charger more is one too many', () => {
    const settings = { from: 1, to: 32, precision: 0.05, mostProbes: 12 };
    expect(search(limitAt(3), settings).end).toMatchObject({ held: 3, failed: 4 });
  });
});

describe('synthetic queues', () => {
  const QUEUES: readonly Queue[] = [
    { servers: 1, servedPerS: 1000 },
    { servers: 4, servedPerS: 250 },
    { servers: 16, servedPerS: 100 },
  ];

  test('theory and simulation agree', () => {
    for (const queue of QUEUES) {
      const callsPerS = 0.8 * queue.servers * queue.servedPerS;
      const times = simulateQueue(queue, callsPerS, { count: 200_000, seed: 1 });
      const measured = percentile(times, 0.99);
      expect(shareAbove(queue, callsPerS, measured) / 0.01).toBeCloseTo(1, 0);
    }
  });

  test.each(QUEUES)('%o: within 5 % of the rate at which p99 meets the SLO', (queue) => {
    const limitS = 10 / queue.servedPerS;
    const limit = analyticLimit(queue, 0.99, limitS);
    let seed = 0;
    const { end, probes } = search(
      (load, isConfirmation) => {
        const count = isConfirmation ? 600_000 : 300_000;
        const times = simulateQueue(queue, load, { count, seed: ++seed });
        return percentile(times, 0.99) <= limitS ? 'held' : 'failed';
      },
      { ...SETTINGS, from: Math.round(limit / 20), to: Math.round((limit / 20) * 32) },
    );
    expect(probes.length).toBeLessThanOrEqual(12);
    expect(end.kind).toBe('limit');
    expect(Math.abs((end.held ?? 0) / limit - 1)).toBeLessThanOrEqual(0.05);
  });
});
