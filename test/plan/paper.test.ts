import { expect, test } from 'vitest';
import { ACTIONS } from '../../src/ocpp/actions.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { live, paperCharger, plugIn } from '../../src/plan/paper.ts';
import { rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Life } from '../../src/scenario/types.ts';
import { goodScenario } from '../scenario/fixture.ts';

function run(written: Life, endS: number, changes: object = {}) {
  const scenario = goodScenario({}, { life: written, ...changes });
  const [fleet] = compilePlan(scenario, { name: 'a', file: null, seed: 1 }).fleets;
  const charger = paperCharger(fleet, 0, 1);
  const calls: string[] = [];
  const onCall = (action: number, atNs: number) => calls.push(`${atNs / 1e9} ${ACTIONS[action]}`);
  const go = () => live(charger, fleet, endS * 1e9, onCall);
  return { charger, calls, go };
}

test('a session on paper: MeterValues from its start on', () => {
  const session = { duration: '70s', power: '7kW' } as const;
  const { go, calls } = run(life().boot().idle('5s').session(session), 500, {});
  expect(go()).toBe('ended');
  expect(calls).toEqual([
    '0 BootNotification',
    '0 StatusNotification',
    '5 Authorize',
    '5 StartTransaction',
    '5 StatusNotification',
    '5 MeterValues',
    '65 MeterValues',
    '75 StopTransaction',
    '75 StatusNotification',
    '75 DataTransfer',
  ]);
});

test('repeats repeat, and the end of the run ends a loop', () => {
  const thrice = run(
    life()
      .boot()
      .repeat(3, (l) => l.call('Heartbeat').idle('1s')),
    100,
  );
  expect(thrice.go()).toBe('ended');
  expect(thrice.calls.filter((call) => call.includes('Heartbeat'))).toHaveLength(3);
  const loop = run(life().boot().closedLoop('Heartbeat', { think: '2s' }), 10);
  expect(loop.go()).toBe('ended');
  expect(loop.calls.filter((call) => call.includes('Heartbeat'))).toHaveLength(5);
});

test('a closed loop without a pause is unbounded, a script is unknown', () => {
  expect(run(life().boot().closedLoop('Heartbeat'), 10).go()).toBe('unbounded');
  expect(
    run(
      life()
        .boot()
        .script(async () => {}),
      10,
    ).go(),
  ).toBe('scripted');
});

test('waiting for a car, and going on when it comes', () => {
  const written = life()
    .boot()
    .forever((l) => l.awaitArrival().plugIn().idle('1s').unplug());
  const { go, charger, calls } = run(written, 100, { arrivals: rate('1/s') });
  expect(go()).toBe('waiting');
  plugIn(charger, 7e9);
  expect(go()).toBe('waiting');
  expect(calls.slice(2)).toEqual(['7 StatusNotification', '8 StatusNotification']);
});

test('churn faults as often as it says', () => {
  const written = life()
    .boot()
    .forever((l) => l.idle('1s').churn({ faults: 0.25, duration: '0s' }));
  const { go, calls } = run(written, 4000);
  go();
  expect((calls.length - 2) / 2 / 4000).toBeCloseTo(0.25, 1);
});
