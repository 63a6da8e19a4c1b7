import { describe, expect, test } from 'vitest';
import type { ExpectedLoad } from '../../src/plan/expect.ts';
import { expectedText } from '../../src/report/expected.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { fixturePlan } from './fixtures.ts';
import { expectGolden } from './golden.ts';

const load: ExpectedLoad = {
  ...{ rampS: 20, warmupS: 0, steadyS: 120, graceS: 30, totalS: 140, chargers: 5000 },
  ...{ sockets: 5000, memoryBytes: 95e6, peakConnectsPerS: 250, pointS: 3 },
  points: Array.from({ length: 47 }, (_, i) => ({
    atS: i * 3,
    connectsPerS: i < 7 ? 238.1 : 0,
    callsPerS: i < 7 ? 480 : 100.5,
    actions: i < 7 ? { BootNotification: 238.1 } : { Heartbeat: 83.3, MeterValues: 0.5 },
  })),
  steadyCallsPerS: 100.5,
  steadyActions: { Heartbeat: 83.3, MeterValues: 0.5 },
  totalCalls: { BootNotification: 5000, Heartbeat: 10_000, MeterValues: 60 },
  fleets: [
    {
      ...{ name: 'car-park', model: 'TONLY AC48A', chargers: 5000, connectS: 20 },
      ...{ peakConnectsPerS: 250, arrivals: null, steadyCallsPerS: 100.5 },
      ...{ unbounded: false, scripted: false },
    },
  ],
};

describe('expectedText', () => {
  test('golden', () => {
    expectGolden('inspect.txt', expectedText(fixturePlan(), load, PLAIN_LOOK));
  });

  test.each([100, 80, 72])('fits %d columns', (width) => {
    for (const line of expectedText(fixturePlan(), load, { width, color: false }).split('\n')) {
      expect(line.length, line).toBeLessThanOrEqual(width);
    }
  });

  test('says what the figures leave out', () => {
    const [fleet] = load.fleets;
    const fleets = [
      { ...fleet, unbounded: true },
      { ...fleet, scripted: true, arrivals: { total: 1000, missed: 12 } },
    ];
    const text = expectedText(fixturePlan(), { ...load, fleets }, PLAIN_LOOK);
    expect(text).toContain('as fast as answered');
    expect(text).toContain('100.5 + scripts');
    expect(text).toMatch(/cars +missed/);
    expect(text.replace(/\s+/g, ' ')).toContain('without the CALLs of closed loops and scripts.');
  });
});
