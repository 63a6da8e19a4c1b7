import { describe, expect, test } from 'vitest';
import type { CapacityResult } from '../../src/capacity/result.ts';
import type { Figures } from '../../src/forecast/figures.ts';
import { nodeOf, nodesFor } from '../../src/forecast/nodes.ts';

const peak = (perS: number) => ({ perS, atS: 0 });
const figures = {
  calls: { peakMinute: peak(1_000) },
  boot: { callsMinute: peak(1_500) },
  outage: null,
} as Figures;
const QUESTION = { target: 'ws://a', scenario: 'a.ts' };
const capacity = (held: object | null, changes: object = {}) =>
  ({ held, end: 'limit', isConfirmed: true, question: QUESTION, ...changes }) as CapacityResult;
const nodes = (result: CapacityResult, headroom = 0.3, own = figures, isClosed = false) => {
  const demand = { chargerCount: 10_000, name: 'a.ts', isClosed };
  return nodesFor(own, demand, nodeOf(result, 'capacity.json'), headroom);
};

describe('nodesFor', () => {
  test('what needs most decides, storms apart', () => {
    // 10 000 / (5 000 x 0.7) = 2.86; 1 000 / (400 x 0.7) = 3.57; 1 500 / 280 = 5.36
    const plan = nodes(capacity({ chargers: 5_000, callsPerS: 400 }));
    expect(plan.needs.map(({ by, nodes: n }) => [by, n])).toEqual([
      ['chargers', 3],
      ['minute', 4],
      ['boot', 6],
    ]);
    expect(plan).toMatchObject({ ordinary: 4, storms: 6, doubts: [] });
  });

  test('exactly as many as one node holds is one node', () => {
    const held = { chargers: 10_000, callsPerS: 1_500 };
    expect(nodes(capacity(held), 0)).toMatchObject({ ordinary: 1, storms: 1 });
    expect(nodes(capacity({ chargers: 12_500, callsPerS: 3_000 }), 0.2).ordinary).toBe(1);
  });

  test('the return from an outage is a storm', () => {
    const own = { ...figures, outage: { callsMinute: peak(4_000) } } as Figures;
    const plan = nodes(capacity({ chargers: 50_000, callsPerS: 1_000 }), 0, own);
    expect(plan).toMatchObject({ ordinary: 1, storms: 4 });
  });

  test('of a closed loop the chargers alone decide, whatever rate the forecast has', () => {
    const own = { ...figures, calls: { peakMinute: peak(50_000) } } as Figures;
    const held = capacity({ chargers: 5_000, callsPerS: 400 });
    const closed = nodes(held, 0.3, own, true);
    expect(closed).toMatchObject({ ordinary: 3, storms: 3, doubts: [] });
    expect(closed.needs.map(({ by }) => by)).toEqual(['chargers']);
    expect(closed.noRate).toContain('closed loop');
    expect(nodes(held, 0.3, own)).toMatchObject({ ordinary: 179, noRate: null });
  });

  test('what was too short to have a busiest minute is named', () => {
    const own = {
      calls: { peakMinute: null },
      boot: { callsMinute: null },
      outage: { callsMinute: null },
    } as Figures;
    const held = capacity({ chargers: 5_000, callsPerS: 400 });
    const { doubts, ordinary } = nodes(held, 0.3, own);
    expect(ordinary).toBe(3);
    expect(doubts).toHaveLength(1);
    expect(doubts[0]).toMatch(/the peak minute and the boot storm and the return: .* longer --for/);
    expect(nodes(held, 0.3, own, true).doubts).toEqual([]);
    const boot = { ...own, outage: null, calls: figures.calls } as Figures;
    expect(nodes(held, 0.3, boot).doubts[0]).toMatch(/^no nodes for the boot storm: /);
  });

  test('says what makes the capacity doubtful', () => {
    const held = { chargers: 1_000, callsPerS: 100 };
    const doubts = (changes: object) => nodes(capacity(held, changes)).doubts.join();
    expect(doubts({ end: 'generatorLimit' })).toContain('generator');
    expect(doubts({ end: 'unclear' })).toContain('could not be told');
    expect(doubts({ end: 'atLeast' })).toContain('holds more');
    expect(doubts({ vary: 'rate' })).toContain('may hold more chargers');
    expect(doubts({ end: null })).toContain('interrupted');
    expect(doubts({ isConfirmed: false })).toContain('not confirmed');
    expect(doubts({ question: { ...QUESTION, target: 'embedded' } })).toContain('test double');
    expect(doubts({ question: { ...QUESTION, scenario: 'b.ts' } })).toContain('scenario, b.ts');
  });

  test('refuses a search that found nothing', () => {
    expect(() => nodes(capacity(null))).toThrow(/capacity\.json has no load/);
  });
});
