import { expect, test } from 'vitest';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { allAtOnce, csv, fullJitter, ramp, rate, stages } from '../../src/scenario/connect.ts';
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

test('a million chargers in all', () => {
  const fleets = [goodFleet({ chargers: 600_000 }), goodFleet({ name: 'b', chargers: 600_000 })];
  const text = mistakeOf(() => validateScenario(goodScenario({ fleets }), 'a.ts'));
  expect(text).toContain('too many chargers');
});
