import { expect, test } from 'vitest';
import { validateScenario } from '../../src/scenario/validate.ts';
import { goodScenario, mistakeOf } from './fixture.ts';

const validate = (embedded: object) => validateScenario(goodScenario({ embedded }), 'a.ts');

test.each<[object]>([
  [{ commands: [] }],
  [{ commands: [{ action: 'ClearCache' }] }],
  [{ commands: [{ action: 'Reset', payload: { type: 'Soft' }, after: '0s', times: 1 }] }],
  [{ commands: [{ action: 'Reset', every: '30s', times: 3, share: 0.5, spread: '5s' }] }],
  [{ commands: [{ action: 'GetConfiguration', beforeBoot: true }] }],
  [{ outages: [{ after: '60s', for: '10s', how: 'unreachable' }] }],
  [{ deduplicate: true, exportTransactions: 'transactions.csv' }],
])('%j passes', (embedded) => {
  expect(() => validate(embedded)).not.toThrow();
});

test.each<[object, string]>([
  [{ commands: {} }, 'embedded.commands must be a list'],
  [{ commands: [{}] }, 'embedded.commands[0].action is missing'],
  [{ commands: [{ action: 'RemoteStop' }] }, 'one of: CancelReservation'],
  [{ commands: [{ action: 'Reset', payload: 'Soft' }] }, 'commands[0].payload must be an object'],
  [{ commands: [{ action: 'Reset', after: 5 }] }, 'the unit is missing'],
  [{ commands: [{ action: 'Reset', times: 2 }] }, 'embedded.commands[0].every is missing'],
  [{ commands: [{ action: 'Reset', every: '0s' }] }, 'must be above zero'],
  [{ commands: [{ action: 'Reset', shre: 1 }] }, 'did you mean `share`?'],
  [{ outages: [{ after: '1s' }] }, 'embedded.outages[0].for is missing'],
  [{ outages: [{ after: '1s', for: '1s', how: 'down' }] }, 'refuses, unreachable'],
  [{ deduplicate: 1 }, 'must be true or false'],
  [{ exportTransactions: true }, 'must be a text'],
])('%j', (embedded, expected) => {
  expect(mistakeOf(() => validate(embedded))).toContain(expected);
});
