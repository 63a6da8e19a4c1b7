import { describe, expect, test } from 'vitest';
import { blocksIn, callsIn, commandsIn } from './shell.ts';

describe('commandsIn', () => {
  test.each<[string, string[][]]>([
    ['a b  c # d', [['a', 'b', 'c']]],
    ['a \\\n  b\nc', [['a', 'b'], ['c']]],
    ['a \'b c\' "d $e" f\\ g', [['a', 'b c', 'd $e', 'f g']]],
    ['a && b || c; d | e', [['a'], ['b'], ['c'], ['d'], ['e']]],
    ['a > out 2>&1 < in b', [['a', 'b']]],
    ['a &', [['a']]],
    ['x=$(a b) c#d', [['x='], ['a', 'b'], ['c#d']]],
    ['for i in 1 2; do a "$i"; done', [['for', 'i', 'in', '1', '2'], ['do', 'a', '$i'], ['done']]],
  ])('%j', (script, commands) => {
    expect(commandsIn(script)).toEqual(commands);
  });
});

test.each<[string, string[][]]>([
  ['npx ocpp-load run a.ts --quiet', [['run', 'a.ts', '--quiet']]],
  ['A=1 ocpp-load x && if ! npx ocpp-load y; then z; fi', [['x'], ['y']]],
  ['echo ocpp-load run', []],
])('callsIn %j', (script, calls) => {
  expect(callsIn(script)).toEqual(calls);
});

test('blocksIn knows language, text and line', () => {
  expect(blocksIn('a\n```sh\nb\nc\n```\n\n```\nd\n```\n')).toEqual([
    { language: 'sh', text: 'b\nc\n', line: 2 },
    { language: '', text: 'd\n', line: 7 },
  ]);
});
