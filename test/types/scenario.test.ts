/** What the compiler must take and refuse; `tsc` checks this file, vitest only runs it. */
import { expect, test } from 'vitest';
import {
  allAtOnce,
  type ChargerModel,
  csv,
  defineScenario,
  exponential,
  type Fleet,
  fixed,
  fullJitter,
  generic1_6,
  immediate,
  type Life,
  life,
  none,
  ramp,
  rate,
  type Scenario,
  type Script,
  stages,
  type Thresholds,
  tonly48A,
} from '../../src/index.ts';

const fleet: Fleet = { name: 'a', chargers: 5, model: tonly48A(), life: life().boot() };

const script: Script = async (charger) => {
  await charger.sleep('1s');
  const reply = await charger.call('DataTransfer', { vendorId: 'x', data: charger.idTag });
  if (reply.fate !== 'answered') await charger.sleep('1m30s');
};

test('every example of the documentation is a scenario', () => {
  const model: ChargerModel = { ...tonly48A(), maxCurrentA: 32 };
  const scenario: Scenario = defineScenario({
    description: '5 000 TONLY chargers on a working morning',
    target: process.env.NEVER_SET_HERE ?? 'embedded',
    dialect: 'standard',
    duration: '2m',
    warmup: '500ms',
    gracePeriod: '1h30m',
    seed: 1,
    allowBootFailures: 0.01,
    allowTargets: ['*.staging.example'],
    tls: { caFile: 'ca.pem', verify: true },
    embedded: { interval: '60s', delay: { lognormal: { median: '5ms', sigma: 0.5 } }, drop: 0.1 },
    fleets: [
      {
        name: 'car-park',
        chargers: 5_000,
        model: tonly48A(),
        connect: ramp({ over: '20s', shape: 'accelerating', jitter: '1s' }),
        life: life()
          .boot()
          .forever((l) =>
            l
              .idle({ exponential: '30s' })
              .plugIn()
              .session({
                duration: { lognormal: { median: '45s', sigma: 0.5 } },
                power: { uniform: ['7kW', '11kW'] },
              })
              .unplug()
              .churn({ faults: 0.01 }),
          ),
      },
      {
        ...fleet,
        model,
        connect: stages([{ duration: '1m', to: '20/s' }]),
        arrivals: rate('600/min'),
        identities: { identity: 'CP{n:6}', password: (index) => `p${index}`, idTag: 'T{n}' },
        life: life()
          .boot()
          .forever((l) => l.awaitArrival().plugIn().script(script).unplug()),
      },
      { ...fleet, connect: allAtOnce(), identities: csv('chargers.csv'), heartbeat: 'off' },
      { ...fleet, connect: rate('200/s'), reconnect: fullJitter({ base: '1s', max: '60s' }) },
      {
        ...fleet,
        life: life().boot().closedLoop('Heartbeat', { think: '100ms' }),
        heartbeat: '5s',
      },
      {
        ...fleet,
        life: life()
          .boot()
          .repeat(3, (l) => l.call('MeterValues').status('Faulted', 'GroundFailure'))
          .authorize()
          .start()
          .charge({ duration: '5s', power: { normal: { mean: '7kW', sd: '500W' } } })
          .stop()
          .record(),
      },
    ],
  });
  expect(scenario.fleets).toHaveLength(6);
});

test('chargers that lose their connection, obey commands and upload files', () => {
  const scenario = defineScenario({
    target: 'embedded',
    duration: '2m',
    allowUploads: ['127.0.0.1:2121'],
    fleets: [
      { ...fleet, reconnect: fixed({ delay: '30s', jitter: '5s' }), clockSkew: '-2s' },
      { ...fleet, reconnect: exponential({ base: '1s', max: '5m' }), retryAfter: true },
      {
        ...fleet,
        model: generic1_6({ connectors: 2, maxPower: '150kW' }),
        reconnect: immediate({ attempts: 5 }),
        configuration: { ClockAlignedDataInterval: '900' },
        samplePhase: 'wall-clock',
        reactionTime: { exponential: '200ms' },
        remoteCharge: { power: '50kW' },
      },
      {
        ...fleet,
        reconnect: none(),
        pingInterval: 'off',
        diagnostics: 'upload',
        firmware: { download: '5s', install: '10s' },
      },
    ],
  });
  expect(scenario.fleets).toHaveLength(4);
});

test('thresholds', () => {
  const limitMs = 5 * 100;
  const thresholds: Thresholds = {
    'ocpp_call_duration{action:BootNotification}': ['p(99)<500', 'max < 1500', `avg<=${limitMs}`],
    ocpp_call_failed: [
      { threshold: 'rate<0.01', abortOnFail: true, delayAbortEval: '30s' },
      { threshold: 'rate<0.05', window: '30s' },
    ],
    ocpp_chargers_connected: ['value>=4990'],
  };
  const scenario = defineScenario({
    ...{ target: 'embedded', duration: '2m', fleets: [fleet], thresholds },
  });
  expect(Object.keys(scenario.thresholds ?? {})).toHaveLength(3);
});

test('a script may end the run', () => {
  const enough: Script = async (charger) => {
    const reply = await charger.call('Heartbeat', {});
    if (reply.fate === 'lost') charger.abort('the target is gone');
  };
  expect(life().boot().script(enough).steps).toHaveLength(2);
});

/** Never run: each line is a mistake that the compiler must see. */
function mistakes(l: Life): unknown[] {
  const base = { target: 'embedded', duration: '2m', fleets: [fleet] } as const;
  return [
    // @ts-expect-error a bare number has no unit
    defineScenario({ ...base, duration: 120 }),
    // @ts-expect-error an unknown unit
    defineScenario({ ...base, duration: '2 minutes' }),
    // @ts-expect-error an unknown key
    defineScenario({ ...base, targt: 'x' }),
    // @ts-expect-error no target
    defineScenario({ duration: '2m', fleets: [fleet] }),
    // @ts-expect-error a target that may be undefined
    defineScenario({ ...base, target: process.env.CSMS_URL }),
    // @ts-expect-error an unknown dialect
    defineScenario({ ...base, dialect: 'logged' }),
    // @ts-expect-error the function instead of the model
    { ...fleet, model: tonly48A } satisfies Fleet,
    // @ts-expect-error a metric that does not exist
    defineScenario({ ...base, thresholds: { ocpp_cal_duration: ['p(99)<500'] } }),
    // @ts-expect-error the same with a label
    defineScenario({ ...base, thresholds: { 'ocpp_cal_duration{action:Reset}': ['p(99)<500'] } }),
    // @ts-expect-error a percentile without its brackets
    defineScenario({ ...base, thresholds: { ocpp_call_duration: ['p99<500'] } }),
    // @ts-expect-error a limit with a unit
    defineScenario({ ...base, thresholds: { ocpp_call_duration: ['p(99)<500ms'] } }),
    // @ts-expect-error an expression that is not in a list
    defineScenario({ ...base, thresholds: { ocpp_calls: 'count>5' } }),
    // @ts-expect-error a bare number has no unit
    defineScenario({ ...base, thresholds: { ocpp_calls: [{ threshold: 'count>5', window: 30 }] } }),
    // @ts-expect-error an unknown option of ramp()
    ramp({ ovr: '20s' }),
    // @ts-expect-error a rate without its time
    rate('20'),
    // @ts-expect-error a ramp is no rate of arrivals
    { ...fleet, arrivals: ramp({ over: '20s' }) } satisfies Fleet,
    // @ts-expect-error a configuration key is a text
    { ...fleet, configuration: { HeartbeatInterval: 60 } } satisfies Fleet,
    // @ts-expect-error a fixed delay needs its length
    fixed({ jitter: '5s' }),
    // @ts-expect-error an unknown option of the model
    generic1_6({ plugs: 2 }),
    // @ts-expect-error the function instead of the policy
    { ...fleet, reconnect: none } satisfies Fleet,
    // @ts-expect-error a power without its unit
    l.session({ duration: '5s', power: 7 }),
    // @ts-expect-error a duration is no power
    l.session({ duration: '5s', power: '5s' }),
    // @ts-expect-error no power
    l.charge({ duration: '5s' }),
    // @ts-expect-error an unknown distribution
    l.idle({ exponentail: '5s' }),
    // @ts-expect-error an unknown status
    l.status('Faultd'),
    // @ts-expect-error an action whose frame cannot be filled at any moment
    l.closedLoop('StopTransaction'),
    // @ts-expect-error a body that returns no life
    l.forever(() => undefined),
    // @ts-expect-error a script that is not async
    l.script(() => 5),
    // @ts-expect-error steps are recorded for good
    l.steps.push({ step: 'boot' }),
  ];
}

test('every mistake is refused by the compiler', () => {
  expect(mistakes).toBeTypeOf('function');
});
