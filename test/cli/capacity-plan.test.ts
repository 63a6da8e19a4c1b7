import { describe, expect, test } from 'vitest';
import { checkSameQuestion, planCapacity } from '../../src/cli/capacity-plan.ts';
import { carsPerHour } from '../../src/plan/scale.ts';
import { ramp, rate, stages } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { smallFleet } from '../e2e/support.ts';

const file = new URL('../../scenarios/5-chargers.ts', import.meta.url).pathname;
const slo = ['ocpp_call_failed: rate<0.001'];
const cars = life()
  .boot()
  .forever((l) => l.awaitArrival().plugIn().unplug());

function plannedOf(
  fleet: Partial<Fleet> = {},
  flags: Parameters<typeof planCapacity>[1] = {},
  changes: Partial<Scenario> = {},
) {
  const first = smallFleet({ connect: ramp({ over: '10s' }), chargers: 60, ...fleet });
  const fleets = [first, { ...first, name: 'other', chargers: 20 }];
  const scenario: Scenario = { target: 'embedded', duration: '1m', seed: 5, fleets, ...changes };
  return planCapacity({ scenario, file }, { slo, ...flags }, {}, null);
}

describe('the plan of a load', () => {
  test('scales all fleets in proportion; larger ones connect at the pace of the scenario', () => {
    const { planAt, question } = plannedOf({}, { warmupS: 3 });
    expect(question).toMatchObject({ seed: 5, warmupS: 3, holdS: 20, target: 'embedded' });
    expect(question.search).toMatchObject({ from: 10, to: 320, precision: 0.05 });
    const plan = planAt(160, 30);
    expect(plan.fleets.map(({ chargerCount }) => chargerCount)).toEqual([120, 40]);
    expect(plan.fleets.map(({ connect }) => connect.endNs)).toEqual([20e9, 20e9]);
    expect(planAt(40, 30).fleets.map(({ connect }) => connect.endNs)).toEqual([10e9, 10e9]);
    expect(plan.stages).toMatchObject({ warmupNs: 3e9, steadyNs: 30e9 });
    expect(planAt(160, 60).stages.steadyNs).toBe(60e9);
    expect(plan.thresholds.map(({ expression }) => expression)).toEqual(['rate<0.001']);
  });

  test('has as many more cars as chargers; of stages the last rate', () => {
    const arrivals = stages([{ duration: '1m', to: '1/s' }]);
    const { planAt } = plannedOf({ arrivals, life: cars });
    expect(carsPerHour(planAt(80, 30))).toBeCloseTo(7200);
    expect(carsPerHour(planAt(160, 30))).toBeCloseTo(14_400);
    const [{ arrivals: of }] = planAt(160, 30).fleets;
    expect(of?.segments.every(({ fromPerS, toPerS }) => fromPerS === toPerS)).toBe(true);
    expect(of?.total).toBe(Math.ceil(2 * (30 + 10)));
  });

  test('of a rate leaves the fleet as it is', () => {
    const { planAt, question } = plannedOf({ arrivals: rate('1/s'), life: cars }, { vary: 'rate' });
    expect(question.search).toMatchObject({ from: 900, to: 28_800 });
    const plan = planAt(3600, 30);
    expect(plan.chargerCount).toBe(80);
    expect(carsPerHour(plan)).toBeCloseTo(3600);
  });

  test('takes the thresholds of the scenario, but none of them ends a probe', () => {
    const threshold = 'rate<0.5' as const;
    const thresholds = { ocpp_call_failed: [{ threshold, abortOnFail: true }] };
    const { planAt, question } = plannedOf({}, { slo: undefined }, { thresholds });
    expect(question.slo).toEqual(['ocpp_call_failed: rate<0.5']);
    expect(planAt(80, 30).thresholds[0].abortOnFail).toBe(false);
  });
});

test('a search is resumed only for the same question', () => {
  const { question } = plannedOf();
  expect(() => checkSameQuestion('a.json', question, question)).not.toThrow();
  const other = (changes: object) => () =>
    checkSameQuestion('a.json', { ...question, ...changes }, question);
  expect(other({ seed: 6 })).toThrow('a.json is of another search: the seed: 6 there, 5 here');
  expect(other({ slo: [] })).toThrow('the SLOs:  there, ocpp_call_failed: rate<0.001 here');
  expect(other({ scenarioSha256: 'x' })).toThrow('the scenario: x there, ');
});
