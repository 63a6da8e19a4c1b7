import { expect, test } from 'vitest';
import { generic1_6 } from '../../src/chargers/generic.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import {
  allAtOnce,
  csv,
  exponential,
  fixed,
  fullJitter,
  immediate,
  none,
  ramp,
  rate,
  stages,
} from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodFleet, goodScenario, mistakeOf } from './fixture.ts';

const validate = (fleet: object) => validateScenario(goodScenario({}, fleet), 'a.ts');
const mistake = (fleet: object) => mistakeOf(() => validate(fleet));
const waiting = life()
  .boot()
  .forever((l) => l.awaitArrival().plugIn().unplug());

test.each<[object]>([
  [{ connect: allAtOnce() }],
  [{ connect: rate('200/s') }],
  [{ connect: stages([{ duration: '1m', to: '20/s' }]) }],
  [{ connect: ramp({ over: '1m', shape: 'accelerating', jitter: '1s' }) }],
  [{ arrivals: rate('20/s'), life: waiting }],
  [{ identities: { identity: 'CP{n:6}', password: '', idTag: (n: number) => `T${n}` } }],
  [{ identities: csv('chargers.csv') }],
  [{ heartbeat: 'off', meterInterval: '10s', reconnect: fullJitter({ base: '1s', max: '5s' }) }],
  [{ heartbeat: '30s' }],
  [{ reconnect: fixed({ delay: '0s' }) }],
  [{ reconnect: exponential({ base: '1s', max: '1s', factor: 1.5 }), retryAfter: true }],
  [{ reconnect: immediate() }],
  [{ reconnect: none() }],
  [{ clockSkew: '-2s' }],
  [{ clockSkew: '1m30s', samplePhase: 'wall-clock' }],
  [{ reactionTime: { uniform: ['0s', '2s'] }, rebootTime: '0s', bootRetry: '10s' }],
  [{ pingInterval: 'off', maxQueue: 1, maxCommandRate: 10 }],
  [{ pingInterval: '30s', remoteCharge: { duration: '1m' } }],
  [{ remoteCharge: { power: { normal: { mean: '11kW', sd: '1kW' } } } }],
  [{ firmware: { download: '0s' }, diagnosticsBytes: 1_048_576 }],
  [{ model: generic1_6({ connectors: 2 }), life: waiting, arrivals: rate('1/s') }],
])('%o passes', (fleet) => {
  expect(() => validate(fleet)).not.toThrow();
});

test.each<[object, string]>([
  [{ chargrs: 5 }, 'fleets[0].chargrs is not an option of a fleet'],
  [{ chargers: 0 }, 'fleets[0].chargers must be a whole number from 1 to 1000000'],
  [{ chargers: 1_000_001 }, 'the most is 1000000'],
  [{ name: 'car park' }, 'letters, digits, - and _'],
  [{ name: 'x'.repeat(41) }, '1 to 40'],
  [{ model: tonly48A }, 'call it: tonly48A()'],
  [{ model: undefined }, 'fleets[0].model is missing'],
  [{ connect: { over: '20s' } }, 'ramp(), allAtOnce(), rate(), stages()'],
  [
    { connect: { profile: 'ramp', ovr: '20s' } },
    'fleets[0].connect.ovr is not an option of ramp()',
  ],
  [{ connect: { profile: 'ramp', over: 20 } }, 'fleets[0].connect.over must be a duration'],
  [{ connect: { profile: 'ramp', over: '2s', shape: 'linar' } }, "did you mean 'linear'?"],
  [{ connect: { profile: 'allAtOnce', over: '2s' } }, 'allAtOnce takes: nothing'],
  [{ connect: { profile: 'rate', rate: '20' } }, "'20/s'"],
  [{ connect: { profile: 'stages', stages: [] } }, 'must be a list of stages'],
  [{ connect: { profile: 'stages', stages: [{ duration: '1s' }] } }, 'stages[0].to is missing'],
  [
    { connect: { profile: 'stages', stages: [{ duration: '1s', to: '0/s' }] } },
    'never has a rate above 0',
  ],
  [{ arrivals: { profile: 'ramp', over: '1s' }, life: waiting }, 'rate(), stages()'],
  [{ arrivals: rate('1/s') }, 'add awaitArrival() to the life'],
  [{ life: waiting }, 'fleets[0].arrivals is missing'],
  [{ identities: { identity: 'CP{x}' } }, 'allowed: {n}, {n:6}'],
  [{ identities: { identity: '{n}{n}' } }, 'two placeholders'],
  [{ identities: { identity: 5 } }, 'must be a text or a function'],
  [{ identities: { identities: 'x' } }, 'did you mean `identity`?'],
  [{ identities: { csv: 5 } }, 'must be a text'],
  [{ heartbeat: 60 }, 'the unit is missing'],
  [{ heartbeat: 'on' }, "'boot'"],
  [{ reconnect: 'never' }, 'fullJitter('],
  [{ reconnect: { reconnect: 'fullJitter', base: '1s' } }, 'fleets[0].reconnect.max is missing'],
  [{ reconnect: none }, 'fixed(), exponential(), fullJitter(), immediate() or none()'],
  [{ reconnect: { reconnect: 'fixed' } }, 'fleets[0].reconnect.delay is missing'],
  [{ reconnect: { reconnect: 'none', delay: '1s' } }, 'none takes: nothing'],
  [{ reconnect: fixed({ delay: '-1s' }) }, 'fleets[0].reconnect.delay must be a duration'],
  [{ reconnect: exponential({ base: '9s', max: '5s' }) }, "at least the base, '9s'"],
  [{ reconnect: exponential({ base: '1s', max: '5s', factor: 0.5 }) }, 'the least is 1'],
  [{ reconnect: immediate({ attempts: 0 }) }, 'fleets[0].reconnect.attempts must be'],
  [{ retryAfter: 'yes' }, 'fleets[0].retryAfter must be true or false'],
  [{ samplePhase: 'wallclock' }, "did you mean 'wall-clock'?"],
  [{ clockSkew: '--2s' }, "behind ('-500ms')"],
  [{ clockSkew: '-2400h1s' }, 'fleets[0].clockSkew is not a clock skew'],
  [{ clockSkew: -2 }, 'fleets[0].clockSkew must be a duration'],
  [{ clockSkew: '2 s' }, "did you mean '2s'?"],
  [{ reactionTime: '-1s' }, 'fleets[0].reactionTime must be a duration'],
  [{ bootRetry: '0s' }, 'fleets[0].bootRetry must be above zero'],
  [{ pingInterval: 30 }, 'the unit is missing'],
  [{ pingInterval: 'on' }, "'off', or a duration"],
  [{ maxQueue: 0 }, 'fleets[0].maxQueue must be a whole number from 1'],
  [{ maxCommandRate: 1.5 }, 'fleets[0].maxCommandRate must be'],
  [{ remoteCharge: { power: '50kW' } }, 'fleets[0].remoteCharge.power must be at most'],
  [{ remoteCharge: { energy: '5kWh' } }, 'fleets[0].remoteCharge.energy is not an option'],
  [{ diagnostics: 'ftp' }, 'one of: status, upload'],
  [{ diagnosticsBytes: 2_000_000 }, 'the most is 1048576'],
  [{ firmware: { reboot: '1s' } }, 'fleets[0].firmware.reboot is not an option of firmware'],
  [{ model: generic1_6(), life: life().boot().record() }, 'the model has no charging record'],
  [
    { model: generic1_6(), life: life().boot().closedLoop('DataTransfer') },
    'life.forever.call has nothing to send',
  ],
  [{ life: undefined }, 'fleets[0].life is missing'],
])('%# %o', (fleet, expected) => {
  expect(mistake(fleet)).toContain(expected);
});

test('fleet names are unique', () => {
  const fleets = [goodFleet(), goodFleet({ name: 'b' }), goodFleet()];
  const text = mistakeOf(() => validateScenario(goodScenario({ fleets }), 'a.ts'));
  expect(text).toContain('fleets[2].name is taken');
  expect(text).toContain('fleets[0] has it already');
});

test('an upload needs a list of where it may go', () => {
  const uploads = (changes: object) => () =>
    validateScenario(goodScenario(changes, { diagnostics: 'upload' }), 'a.ts');
  expect(mistakeOf(uploads({}))).toContain("fleets[0].diagnostics is 'upload'");
  expect(uploads({ allowUploads: [] })).not.toThrow();
  expect(uploads({ allowUploads: ['127.0.0.1:2121', 'ftp.example', '[::1]:21'] })).not.toThrow();
  for (const server of ['ftp://a', 'a:0', 'a:65536', 'a b', 'user@a', 5]) {
    const text = mistakeOf(uploads({ allowUploads: [server] }));
    expect(text).toContain('allowUploads[0] must be an FTP server');
  }
});

test('a million chargers in all', () => {
  const fleets = [goodFleet({ chargers: 600_000 }), goodFleet({ name: 'b', chargers: 600_000 })];
  const text = mistakeOf(() => validateScenario(goodScenario({ fleets }), 'a.ts'));
  expect(text).toContain('too many chargers');
});
