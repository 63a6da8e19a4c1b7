import { expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const mistake = (changes: object) =>
  mistakeOf(() => validateScenario(goodScenario(changes), 'a.ts'));

test('a good scenario comes back as it is', () => {
  const scenario = goodScenario({
    description: 'd',
    dialect: 'standard',
    warmup: '0s',
    seed: 4_294_967_295,
    slack: '5ms',
    allowBootFailures: 0.1,
    allowTargets: ['*'],
    tls: { verify: false, certFile: '{id}.pem', keyFile: 'all.key', sessionResumption: false },
    embedded: { delay: { exponential: '5ms' }, errorRate: 0.1 },
  });
  expect(validateScenario(scenario, 'a.ts')).toBe(scenario);
});

test.each<[object, string]>([
  [{ targt: 'x' }, 'did you mean `target`?'],
  [{ target: undefined }, 'target is missing'],
  [{ duration: 120 }, 'the unit is missing'],
  [{ duration: undefined }, 'duration is missing'],
  [{ dialect: 'Standard' }, "did you mean 'standard'?"],
  [{ seed: -1 }, 'the least is 0'],
  [{ fleets: [] }, 'must be a list of fleets'],
  [{ fleets: undefined }, 'fleets is missing'],
  [{ slack: '2s' }, "at most '1s'"],
  [{ allowBootFailures: 2 }, 'the most is 1'],
  [{ allowTargets: 'localhost' }, 'must be a list of hosts'],
  [{ allowTargets: ['http://x/'] }, 'allowTargets[0] must be a host'],
  [{ tls: { verfy: false } }, 'did you mean `verify`?'],
  [{ tls: { certFile: 'a.pem' } }, 'tls.keyFile is missing'],
  [{ tls: { keyFile: 'a.key' } }, 'tls.certFile is missing'],
  [{ tls: { sessionResumption: 'no' } }, 'tls.sessionResumption must be true or false'],
  [{ embedded: { errorRate: 0.6, silence: 0.6 } }, 'divides more CALLs than there are'],
])('%o', (changes, expected) => {
  expect(mistake(changes)).toContain(expected);
});

test.each([undefined, null, 5, 'text', [], () => {}])('%o is no scenario', (value) => {
  expect(mistakeOf(() => validateScenario(value, 'a.ts'))).toContain('must be a scenario');
});

test('every mistake is told at once, and leads to exit 104', () => {
  const act = () => validateScenario(goodScenario({ duration: 5, seed: 'x', targt: 1 }), 'a.ts');
  const text = mistakeOf(act);
  for (const field of ['duration', 'seed', 'targt']) expect(text).toContain(field);
  expect(act).toThrow(expect.objectContaining({ exitCode: ExitCode.badConfiguration }));
  expect(act).toThrow(UserError);
});
