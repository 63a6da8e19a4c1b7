import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { CHARGE_POINT_STATUSES } from '../../src/ocpp/vocabulary.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { OP_WIDTH, Op, TemplateIndex } from '../../src/plan/plan.ts';
import {
  allAtOnce,
  exponential,
  fixed,
  fullJitter,
  immediate,
  none,
  ramp,
  rate,
} from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import { goodFleet, goodScenario, mistakeOf } from '../scenario/fixture.ts';
import { scratchFolder } from '../scenario/scratch.ts';

const options = { name: 'a.ts', file: null, seed: 7 };
const compile = (changes: object = {}, fleet: object = {}) =>
  compilePlan(goodScenario(changes, fleet), options);

test('the defaults', () => {
  const plan = compile();
  expect(plan).toMatchObject({
    schema: 'ocpp-load/plan/1',
    name: 'a.ts',
    dialect: 'as-logged',
    seed: 7,
    scriptCount: 0,
    chargerCount: 5,
    allowedBootFailures: 0,
    stages: { rampNs: 10e9, warmupNs: 0, steadyNs: 120e9, graceNs: 30e9 },
    limits: {
      callTimeoutNs: 30e9,
      timeoutsBeforeReconnect: 2,
      handshakeTimeoutNs: 30e9,
      maxHandshakes: 256,
      maxBacklog: 100,
      slackNs: 1e6,
      maxMessageBytes: 65_536,
    },
    tls: { ca: null, verify: true },
    target: { kind: 'embedded', url: 'ws://127.0.0.1:0/{id}' },
  });
  expect(plan.fleets[0]).toMatchObject({
    modelName: 'TONLY AC48A',
    origin: 'http://{id}',
    heartbeatNs: 0,
    meterIntervalNs: 60e9,
    connectJitterNs: 0,
    arrivals: null,
    reconnect: { policy: 'fullJitter', baseNs: 1e9, maxNs: 60e9 },
    honoursRetryAfter: false,
    clock: { utcOffsetMin: 480, zone: '', skewMs: 0 },
    ...{ connectors: 1, tellsWholeStatus: false, register: 'session', alignsSamples: false },
    configurationAliases: { MeterValueInterval: 'MeterValueSampleInterval' },
    reaction: Float64Array.of(0, 10e6, 0),
    ...{ rebootNs: 5e9, bootRetryNs: 30e9, pingNs: 0, maxQueue: 1000, maxCommandRate: 100 },
    ...{ diagnostics: 'status', diagnosticsBytes: 4096 },
    firmware: { downloadNs: 5e9, installNs: 10e9 },
  });
});

test('a plan is frozen through and through, and can be cloned', () => {
  const embedded = { delay: { exponential: '5ms' } };
  const plan = compile({ embedded });
  const open: string[] = [];
  const visit = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
    if (!Object.isFrozen(value)) open.push(path);
    for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
  };
  visit(plan, 'plan');
  expect(open).toEqual([]);
  expect(structuredClone(plan)).toEqual(plan);
  expect(Object.isFrozen(embedded.delay)).toBe(false);
});

test('same scenario, same plan', () => {
  expect(compile()).toEqual(compile());
});

test('all statuses come first; those with errors that the life needs follow, none twice', () => {
  const written = life()
    .boot()
    .forever((l) =>
      l.plugIn().session({ duration: '5s', power: '7kW' }).unplug().churn({ faults: 0.1 }),
    );
  const [{ templates }] = compile({}, { life: written }).fleets;
  expect(templates.slice(TemplateIndex.firstStatus).map(({ name }) => name)).toEqual([
    ...CHARGE_POINT_STATUSES,
    'Faulted/ReaderFailure',
  ]);
});

test('the life is followed by the session of a RemoteStartTransaction', () => {
  const [{ program }] = compile().fleets;
  expect(program.ops[program.remoteRow * OP_WIDTH]).toBe(Op.call);
  expect(program.ops[program.remoteRow * OP_WIDTH + 1]).toBe(TemplateIndex.authorize);
  expect(program.ops.at(-OP_WIDTH)).toBe(Op.resume);
  expect(program.distributions).toContain(Number.POSITIVE_INFINITY);
});

test.each([
  [fixed({ delay: '30s' }), { policy: 'fixed', delayNs: 30e9, jitterNs: 0 }],
  [fixed({ delay: '0s', jitter: '1s' }), { policy: 'fixed', delayNs: 0, jitterNs: 1e9 }],
  [
    exponential({ base: '1s', max: '1m' }),
    { policy: 'exponential', baseNs: 1e9, maxNs: 60e9, factor: 2 },
  ],
  [fullJitter({ base: '2s', max: '9s' }), { policy: 'fullJitter', baseNs: 2e9, maxNs: 9e9 }],
  [immediate({ attempts: 5 }), { policy: 'immediate', attempts: 5 }],
  [immediate(), { policy: 'immediate', attempts: Number.POSITIVE_INFINITY }],
  [none(), { policy: 'none' }],
])('%o', (reconnect, expected) => {
  expect(compile({}, { reconnect }).fleets[0].reconnect).toEqual(expected);
});

test.each([
  [undefined, 0],
  ['2s', 2000],
  ['-2s', -2000],
  ['-1m500ms', -60_500],
])('a clock skew of %s', (clockSkew, skewMs) => {
  expect(compile({}, { clockSkew }).fleets[0].clock.skewMs).toBe(skewMs);
});

test('how a charger answers commands', () => {
  const plan = compile(
    { allowUploads: ['127.0.0.1:2121'] },
    {
      ...{ retryAfter: true, samplePhase: 'wall-clock', rebootTime: '1s', bootRetry: '2s' },
      ...{ reactionTime: { exponential: '1s' }, maxQueue: 5, maxCommandRate: 7 },
      ...{ diagnostics: 'upload', diagnosticsBytes: 9, firmware: { install: '0s' } },
      ...{ pingInterval: '30s', meterInterval: '500ms' },
      configuration: { ClockAlignedDataInterval: '900' },
    },
  );
  expect(plan.allowUploads).toEqual(['127.0.0.1:2121']);
  const [fleet] = plan.fleets;
  expect(fleet).toMatchObject({
    ...{ honoursRetryAfter: true, alignsSamples: true, rebootNs: 1e9, bootRetryNs: 2e9 },
    ...{ reaction: Float64Array.of(1, 1e9, 0), maxQueue: 5, maxCommandRate: 7 },
    ...{ diagnostics: 'upload', diagnosticsBytes: 9 },
    ...{ firmware: { downloadNs: 5e9, installNs: 0 }, pingNs: 30e9, meterIntervalNs: 5e8 },
  });
  expect(fleet.configuration).toContainEqual({
    ...{ key: 'ClockAlignedDataInterval', value: '900', readonly: false, hidden: true },
  });
});

test('the sampling interval may come from either of its keys', () => {
  for (const key of ['MeterValueInterval', 'MeterValueSampleInterval']) {
    const [fleet] = compile({}, { configuration: { [key]: '0' } }).fleets;
    expect(fleet.meterIntervalNs).toBe(0);
  }
});

test('what the model says of itself', () => {
  const model = generic1_6({ connectors: 3, maxPower: '150kW' });
  const [fleet] = compile({}, { model, life: life().boot() }).fleets;
  expect(fleet).toMatchObject({
    ...{ connectors: 3, tellsWholeStatus: true, register: 'lifetime', origin: null },
    manners: model.dialects.standard.manners,
  });
  expect(fleet.templates[TemplateIndex.record]).toMatchObject({ texts: [''], slots: [] });
  const sent = fleet.program.ops.filter((_, at) => at % OP_WIDTH === 1);
  expect(sent).not.toContain(TemplateIndex.record);
  expect(fleet.meterValue.texts.join('')).toContain('"context":"{context}"');
});

test('the ramp is the longest of the fleets, with its jitter', () => {
  const fleets = [
    goodFleet({ connect: ramp({ over: '20s', jitter: '2s' }) }),
    goodFleet({ name: 'b', connect: rate('1/s') }),
    goodFleet({ name: 'c', connect: allAtOnce() }),
  ];
  expect(compile({ fleets }).stages.rampNs).toBe(22e9);
  expect(compile({}, { connect: allAtOnce() }).stages.rampNs).toBe(0);
});

test('fleets follow each other; scripts are numbered over the scenario', () => {
  const script = async () => {};
  const fleets = [
    goodFleet({ life: life().boot().script(script) }),
    goodFleet({ name: 'b', chargers: 7, life: life().boot().script(script) }),
  ];
  const plan = compile({ fleets });
  expect(plan.fleets.map(({ firstCharger }) => firstCharger)).toEqual([0, 5]);
  expect(plan).toMatchObject({ scriptCount: 2, chargerCount: 12 });
  expect([...plan.fleets[1].program.ops.slice(8, 10)]).toEqual([8, 1]);
});

test('arrivals last from the end of the ramp to the end of the steady stage', () => {
  const waits = life()
    .boot()
    .forever((l) => l.awaitArrival().plugIn().unplug());
  const plan = compile({ warmup: '10s' }, { life: waits, arrivals: rate('2/s') });
  expect(plan.fleets[0].arrivals).toMatchObject({ total: 260, endNs: 140e9 });
});

test('dialect, heartbeat, boot failures, target', () => {
  const plan = compile(
    { dialect: 'standard', allowBootFailures: 0.5, target: 'wss://h/ocpp' },
    { heartbeat: 'off' },
  );
  expect(plan.allowedBootFailures).toBe(2);
  expect(plan.target).toMatchObject({ kind: 'external', url: 'wss://h/ocpp/{id}' });
  expect(plan.fleets[0]).toMatchObject({ heartbeatNs: -1, clock: { utcOffsetMin: 0, zone: 'Z' } });
  expect(compile({ allowBootFailures: true }).allowedBootFailures).toBe(5);
  expect(compile({}, { heartbeat: '30s' }).fleets[0].heartbeatNs).toBe(30e9);
});

test('a certificate is read, from beside the scenario', () => {
  const folder = scratchFolder();
  const pem = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
  writeFileSync(join(folder, 'ca.pem'), pem);
  writeFileSync(join(folder, 'no.pem'), 'x');
  const withCa = (caFile: string) => () =>
    compilePlan(goodScenario({ tls: { caFile, verify: false } }), {
      ...options,
      file: join(folder, 'a.ts'),
    });
  expect(withCa('ca.pem')().tls).toMatchObject({ ca: pem, verify: false });
  expect(mistakeOf(withCa('gone.pem'))).toContain('ENOENT');
  expect(mistakeOf(withCa('no.pem'))).toContain('holds no certificate');
});
