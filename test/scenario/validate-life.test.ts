import { expect, test } from 'vitest';
import { life } from '../../src/scenario/life.ts';
import type { Life } from '../../src/scenario/types.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const validate = (written: unknown) =>
  validateScenario(goodScenario({}, { life: written }), 'a.ts');
const boot = life().boot();
/** Lets a test write what TypeScript would refuse. */
const loose = boot as unknown as Record<string, (...args: unknown[]) => Life>;
const session = { duration: '5s', power: '7kW' } as const;

test.each<[string, Life]>([
  ['boot alone', boot],
  ['closed loop', boot.closedLoop('Heartbeat')],
  ['a transaction by parts', boot.authorize().start().charge(session).stop().record()],
  ['a script', boot.script(async () => {})],
  ['churn with a pause', boot.forever((l) => l.churn({ faults: 0.5 }).idle({ exponential: '1s' }))],
  ['repeat inside forever', boot.forever((l) => l.repeat(3, (m) => m.call('Heartbeat')))],
])('%s passes', (_, written) => {
  expect(() => validate(written)).not.toThrow();
});

test.each<[string, unknown, string]>([
  ['no life', 'boot', 'must be a life'],
  ['the function itself', life, 'must be a life'],
  ['no boot', life().idle('1s'), 'must start with boot()'],
  ['empty', life(), 'must start with boot()'],
  ['boot twice', boot.boot(), 'boot() is the first step'],
  ['after forever', boot.closedLoop('Heartbeat').idle('1s'), 'nothing may follow forever()'],
  [
    'forever in repeat',
    boot.repeat(2, (l) => l.closedLoop('Heartbeat')),
    'write its steps without',
  ],
  ['spinning', boot.forever((l) => l.idle('0s')), 'it would spin'],
  ['spinning churn', boot.forever((l) => l.churn({ faults: 0 })), 'it would spin'],
  ['perhaps spinning', boot.forever((l) => l.churn({ faults: 0.5 })), 'it would spin'],
  ['spinning draws', boot.forever((l) => l.idle({ uniform: ['0s', '0s'] })), 'it would spin'],
  ['spinning within', boot.forever((l) => l.repeat(2, (m) => m.idle('0s'))), 'it would spin'],
  ['empty loop', boot.forever((l) => l), 'must hold at least one step'],
  ['nothing returned', loose.forever(() => undefined), 'fleets[0].life.forever.steps is missing'],
  ['stop without start', boot.stop(), 'put start() before stop()'],
  ['charge without start', boot.charge(session), 'put start() before charge()'],
  ['unknown status', loose.status('Faultd'), "did you mean 'Faulted'?"],
  ['unknown error code', loose.status('Faulted', 'NoErorr'), "did you mean 'NoError'?"],
  ['unknown option', loose.session({ ...session, durtion: '1s' }), 'did you mean `duration`?'],
  ['no options', loose.session(), 'fleets[0].life.session.duration is missing'],
  ['unknown action', loose.call('Hartbeat'), "did you mean 'Heartbeat'?"],
  ['unknown think', loose.closedLoop('Heartbeat', { thinks: '1s' }), 'forever.thinks is not'],
  ['bare idle', loose.idle(5), 'the unit is missing'],
  ['repeat zero', boot.repeat(0, (l) => l.idle('1s')), 'the least is 1'],
  ['share', boot.churn({ faults: 2 }), 'the most is 1'],
  ['script', loose.script('x'), 'must be a function'],
  ['foreign step', { steps: [{ step: 'dance' }] }, 'build lives with life()'],
  ['no step at all', { steps: [null] }, 'build lives with life()'],
])('%s', (_, written, expected) => {
  expect(mistakeOf(() => validate(written))).toContain(expected);
});

test('the path tells twins apart', () => {
  const written = boot.forever((l) => (l.idle('1s') as unknown as typeof loose).idle(4));
  expect(mistakeOf(() => validate(written))).toContain('fleets[0].life.forever.idle[1].duration');
});
