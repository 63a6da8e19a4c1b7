import { expect, test } from 'vitest';
import { ordersOf } from '../../../src/csms/commands/plan.ts';

test('the defaults: once, 2 s after the boot, to every charger', () => {
  expect(ordersOf([{ action: 'ClearCache' }])).toEqual([
    {
      index: 0,
      action: 'ClearCache',
      payload: {},
      beforeBoot: false,
      afterMs: 2000,
      everyMs: null,
      times: 1,
      share: 1,
      spreadMs: 0,
    },
  ]);
  const [, early, often] = ordersOf([
    { action: 'ClearCache' },
    { action: 'ClearCache', beforeBoot: true },
    { action: 'ClearCache', every: '30s' },
  ]);
  expect([early.afterMs, often.times, often.index]).toEqual([0, Number.POSITIVE_INFINITY, 2]);
});

test.each<[object, string]>([
  [{ action: 'reset' }, "commands[0].action is 'reset'"],
  [{ action: 'Reset', payload: [] }, 'commands[0].payload is []'],
  [{ action: 'Reset', share: 2 }, 'commands[0].share is 2'],
  [{ action: 'Reset', every: '0s' }, "commands[0].every is '0s'"],
  [{ action: 'Reset', every: '1s', times: 0 }, 'commands[0].times is 0'],
  [{ action: 'Reset', every: '1s', times: 1.5 }, 'commands[0].times is 1.5'],
  [{ action: 'Reset', times: 2 }, 'commands[0].times is 2'],
  [{ action: 'Reset', after: '5' }, "commands[0].after is '5'"],
  [{ action: 'Reset', spread: '1000h' }, "commands[0].spread is '1000h'"],
])('%j', (plan, message) => {
  const wrong = { name: 'UserError', message, hint: expect.stringMatching(/./) };
  expect(() => ordersOf([plan as never])).toThrow(expect.objectContaining(wrong));
});

test('a misspelt action gets the nearest one', () => {
  const hint = expect.stringContaining('did you mean Reset?');
  expect(() => ordersOf([{ action: 'Rest' as never }])).toThrow(expect.objectContaining({ hint }));
});
