import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { parseCommand } from '../../../src/csms/commands/text.ts';

test.each<[string, object]>([
  ['ClearCache', { action: 'ClearCache' }],
  ['Reset {"type":"Soft"}', { action: 'Reset', payload: { type: 'Soft' } }],
  ['Reset{"type":"Soft"}', { action: 'Reset{"type":"Soft"}' }],
  [
    'RemoteStopTransaction {"transactionId":"{transactionId}"} every 30s after 5s',
    {
      action: 'RemoteStopTransaction',
      payload: { transactionId: '{transactionId}' },
      every: '30s',
      after: '5s',
    },
  ],
  [
    ' GetConfiguration  before-boot times 2 every 1m30s share 0.5 spread 10s ',
    {
      action: 'GetConfiguration',
      beforeBoot: true,
      times: 2,
      every: '1m30s',
      share: 0.5,
      spread: '10s',
    },
  ],
])('%s', (text, plan) => {
  expect(parseCommand(text)).toEqual(plan);
});

describe('a mistake is told with the right form', () => {
  test.each<[string, string]>([
    ['', '--command is empty'],
    ['Reset {type:"Soft"}', '--command: the payload {type:"Soft"} is no JSON object'],
    ['Reset {', '--command: the payload { is no JSON object'],
    ['Reset "x" {}', '--command: the payload "x" {} is no JSON object'],
    ['Reset {} evry 5s', "--command: 'evry' is not understood"],
    ['Reset {} every 5', "--command: every is '5'"],
    ['Reset {} after', "--command: after is ''"],
    ['Reset {} share half', "--command: share is 'half'"],
  ])('%j', (text, message) => {
    const wrong = { name: 'UserError', message, hint: expect.stringMatching(/./) };
    expect(() => parseCommand(text)).toThrow(expect.objectContaining(wrong));
  });
});

test('any text is a plan or the user`s mistake', () => {
  const word = fc.constantFrom('Reset', '{}', '{"a":1}', '}', 'every', '5s', 'share', '1', 'x');
  const words = fc.array(word).map((list) => list.join(' '));
  fc.assert(
    fc.property(fc.oneof(fc.string(), words), (text) => {
      try {
        expect(typeof parseCommand(text).action).toBe('string');
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
  );
});
