import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { life } from '../../src/scenario/life.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const mistake = (thresholds: unknown, changes: object = {}, fleet: object = {}) =>
  mistakeOf(() => validateScenario(goodScenario({ thresholds, ...changes }, fleet), 'a.ts'));

const passes = (thresholds: unknown, changes: object = {}, fleet: object = {}) => {
  const scenario = goodScenario({ thresholds, ...changes }, fleet);
  expect(() => validateScenario(scenario, 'a.ts')).not.toThrow();
};

test.each<[object]>([
  [{}],
  [{ ocpp_calls: undefined }],
  [{ 'ocpp_call_duration{action:BootNotification,fleet:a}': ['p(99)<500', 'max < 1000'] }],
  [{ ocpp_call_failed: [{ threshold: 'rate<0.01', abortOnFail: true, delayAbortEval: '30s' }] }],
  [{ ocpp_call_duration: [{ threshold: 'p(95)<200', window: '2m' }] }],
  // A delay that counts from the start of the run may be longer than its steady stage.
  [{ ocpp_boot_duration: [{ threshold: 'max<9', abortOnFail: true, delayAbortEval: '3m' }] }],
])('%j passes', (thresholds) => passes(thresholds));

test.each<[unknown, string]>([
  ['p(99)<500', 'thresholds must be an object'],
  [{ ocpp_calls: 'count>5' }, "thresholds['ocpp_calls'] must be a list"],
  [{ ocpp_calls: [] }, "thresholds['ocpp_calls'] is empty: nothing has to hold"],
  [{ ocpp_calls: [5] }, "thresholds['ocpp_calls'][0] must be a text"],
  [{ ocpp_calls: [{}] }, "thresholds['ocpp_calls'][0].threshold is missing"],
  [{ ocpp_calls: [{ threshold: 'count>5', abort: true }] }, 'abort is not an option'],
  [{ ocpp_calls: [{ threshold: 'count>5', abortOnFail: 1 }] }, 'must be true or false'],
  [{ ocpp_calls: [{ threshold: 'count>5', window: 30 }] }, 'the unit is missing'],
  [{ ocpp_calls: [{ threshold: 'count>5', window: '1500ms' }] }, 'must be whole seconds'],
  [{ ocpp_calls: [{ threshold: 'count>5', window: '0s' }] }, 'must be above zero'],
  [{ ocpp_calls: ['count>5', { threshold: 'cont>5' }] }, "thresholds['ocpp_calls'][1].threshold"],
  [{ 'ocpp_calls{fleet:b}': ['count>5'] }, 'one of: a'],
])('%j', (thresholds, words) => {
  expect(mistake(thresholds)).toContain(words);
});

test('a mistake is shown in its place', () => {
  expect(mistake({ 'ocpp_cal_duration{action:BootNotification}': ['p(99)<500'] })).toBe(
    [
      'a.ts: thresholds has an unknown metric',
      "'ocpp_cal_duration{action:BootNotification}'",
      ' ^^^^^^^^^^^^^^^^^ did you mean `ocpp_call_duration`?',
    ].join('\n'),
  );
  expect(mistake({ ocpp_call_duration: ['p(101)<500'] })).toBe(
    [
      "a.ts: thresholds['ocpp_call_duration'][0] has a wrong percentile",
      "'p(101)<500'",
      ' ^^^^^^ above 0 and at most 100, such as p(99.9)',
    ].join('\n'),
  );
});

test('a hostile text moves no cursor and fills no screen', () => {
  const text = mistake({ [`\u001b[2J${'x'.repeat(500)}{a:b}`]: ['p(99)<500'] });
  expect(text).not.toContain('\u001b');
  for (const line of text.split('\n')) expect(line.length).toBeLessThan(200);
});

describe('a threshold that contradicts its scenario', () => {
  test.each<[object, string]>([
    [{ threshold: 'max<5', window: '3m' }, 'window is longer than the steady stage'],
    [
      { threshold: 'max<5', abortOnFail: true, delayAbortEval: '2m' },
      'delayAbortEval is beyond the end',
    ],
    [{ threshold: 'max<5', delayAbortEval: '1m' }, 'delayAbortEval needs it'],
  ])('%j', (long, words) => {
    expect(mistake({ ocpp_call_duration: [long] })).toContain(words);
  });

  const session = life()
    .boot()
    .forever((l) => l.idle('1s').session({ duration: '5s', power: '7kW' }));
  const scripted = life()
    .boot()
    .repeat(2, (l) => l.script(async () => {}));
  const of = (action: string) => ({ [`ocpp_calls{action:${action}}`]: ['count>0'] });

  test.each<[string, object]>([
    ['Authorize', {}],
    ['DataTransfer', { model: generic1_6(), life: session }],
    ['Heartbeat', { heartbeat: 'off' }],
    ['FirmwareStatusNotification', { life: session }],
  ])('%s is never sent', (action, fleet) => {
    expect(mistake(of(action), {}, fleet)).toContain(
      'has an action that this scenario never sends',
    );
  });

  test.each<[string, object, object]>([
    ['Authorize', { life: session }, {}],
    ['DataTransfer', { life: session, model: tonly48A() }, {}],
    ['DataTransfer', { life: scripted, model: generic1_6() }, {}],
    ['Heartbeat', { heartbeat: 'off', life: life().boot().call('Heartbeat') }, {}],
    ['StartTransaction', { life: life().boot().authorize().start().stop() }, {}],
    ['FirmwareStatusNotification', {}, { target: 'ws://127.0.0.1:9/' }],
    ['Authorize', {}, { embedded: { commands: [{ action: 'ClearCache' }] } }],
    ['MeterValues', {}, {}],
  ])('%s may be sent', (action, fleet, changes) => passes(of(action), changes, fleet));

  test('of the fleet that it names', () => {
    const fleets = [
      { ...goodScenario().fleets[0], life: session },
      { ...goodScenario().fleets[0], name: 'b' },
    ];
    passes({ 'ocpp_calls{action:Authorize,fleet:a}': ['count>0'] }, { fleets });
    const text = mistake({ 'ocpp_calls{fleet:b,action:Authorize}': ['count>0'] }, { fleets });
    expect(text).toContain("the fleet 'b' sends: BootNotification, StatusNotification");
  });

  test('is not looked for where other mistakes are in the way', () => {
    expect(mistake(of('Authorize'), { duration: 5 }, { heartbeat: 'on' })).not.toContain('never');
  });
});
