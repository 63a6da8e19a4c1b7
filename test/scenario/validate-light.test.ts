import { expect, test } from 'vitest';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const validate = (embedded: object) => validateScenario(goodScenario({ embedded }), 'a.ts');

test.each([
  [{ light: true }],
  [{ light: true, processes: 4, interval: '5m', delay: '5ms' }],
  [{ light: true, serviceRate: '2000/s', serviceTime: 'exponential' }],
  [{ light: true, silence: 0, commands: [], deduplicate: false }],
  [{ light: false, silence: 0.1 }],
])('%j passes', (embedded) => {
  expect(() => validate(embedded)).not.toThrow();
});

test.each([
  [{ light: 1 }, 'embedded.light must be true or false'],
  [{ light: true, processes: 0 }, 'embedded.processes must be a whole number from 1 to 64'],
  [{ light: true, serviceRate: 2000 }, "the unit is missing: '2000/s'"],
  [{ light: true, serviceRate: '2/s', serviceTime: 'exponental' }, "did you mean 'exponential'?"],
  [{ light: true, serviceTime: 'constant' }, 'embedded.serviceTime needs `serviceRate`'],
  [{ processes: 2 }, 'embedded.processes needs `light`'],
  [{ serviceRate: '2/s' }, 'embedded.serviceRate needs `light`'],
  [{ light: true, silence: 0.1 }, 'embedded.silence does not go with `light`'],
  [{ light: true, stall: { every: '9s', for: '1s' } }, 'embedded.stall does not go with `light`'],
  [{ light: true, exportTransactions: 'x' }, 'embedded.exportTransactions does not go with'],
  [{ light: true, delay: { exponential: '5ms' } }, 'embedded.delay varies'],
])('%j', (embedded, expected) => {
  expect(mistakeOf(() => validate(embedded))).toContain(expected);
});
