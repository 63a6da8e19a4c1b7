import { expect, test } from 'vitest';
import {
  type Mistakes,
  missing,
  throwMistakes,
  unknownKey,
  wrongPart,
  wrongValue,
} from '../../src/scenario/mistakes.ts';
import { mistakeOf } from './fixture.ts';

test('an unknown key is shown in its place, with the nearest right one', () => {
  const mistakes: Mistakes = [];
  const at = { owner: 'ramp()', key: 'ovr', value: '20s' };
  const near = unknownKey(mistakes, 'fleets[0].connect', at, ['over', 'shape', 'jitter']);
  expect(near).toBe('over');
  expect(mistakeOf(() => throwMistakes(mistakes, 'nightly.ts'))).toBe(
    [
      'nightly.ts: fleets[0].connect.ovr is not an option of ramp()',
      "connect: ramp({ ovr: '20s' })",
      '                ^^^ did you mean `over`?  ramp takes: over, shape, jitter',
    ].join('\n'),
  );
});

test('many options stand below, all of them, after the nearest', () => {
  const names = Array.from({ length: 40 }, (_, i) => `option${i}`);
  const hintOf = (key: string) => {
    const mistakes: Mistakes = [];
    unknownKey(mistakes, '', { owner: 'a scenario', key, value: 1 }, names);
    return mistakes[0].hint.split('\n');
  };
  const [excerpt, carets, takes, ...list] = hintOf('optoin7');
  expect(excerpt).toBe('{ optoin7: 1 }');
  expect(carets).toBe('  ^^^^^^^ did you mean `option7`?');
  expect(takes).toBe('a scenario takes:');
  expect(list.join(' ').split(/,?\s+/).slice(1)).toEqual(names);
  expect(Math.max(...list.map((line) => line.length))).toBeLessThanOrEqual(74);
  expect(hintOf('xyzzy')[1]).toBe('  ^^^^^');
});

test('they stand once, however many keys are wrong', () => {
  const names = Array.from({ length: 40 }, (_, i) => `option${i}`);
  const mistakes: Mistakes = [];
  for (const owner of ['a scenario', 'a fleet', 'a scenario']) {
    unknownKey(mistakes, '', { owner, key: 'xyzzy', value: 1 }, names);
  }
  const told = mistakes.map(({ hint }) => hint.includes('option39'));
  expect(told).toEqual([true, true, false]);
});

test('the caret stands below the value', () => {
  const mistakes: Mistakes = [];
  wrongValue(mistakes, 'fleets[0].chargers', 0, 'must be more', 'the least is 1');
  expect(mistakes[0].hint).toBe('chargers: 0\n          ^ the least is 1');
});

test('the caret stands below the part of a text', () => {
  const mistakes: Mistakes = [];
  const at = { text: 'p(101)<500', from: 2, to: 5 };
  wrongPart(mistakes, "thresholds['x'][0]", at, 'is wrong', 'write 99');
  expect(mistakes[0].message).toBe("thresholds['x'][0] is wrong");
  expect(mistakes[0].hint).toBe("'p(101)<500'\n   ^^^ write 99");
});

test('of a long text what is around the part is shown', () => {
  const mistakes: Mistakes = [];
  const text = `${'a'.repeat(300)}HERE${'b'.repeat(300)}`;
  wrongPart(mistakes, 'x', { text, from: 300, to: 304 }, 'is wrong', 'fix');
  const [excerpt, carets] = mistakes[0].hint.split('\n');
  expect(excerpt.length).toBeLessThan(140);
  expect(excerpt.slice(carets.indexOf('^'), carets.lastIndexOf('^') + 1)).toBe('HERE');
});

test('a password is never shown', () => {
  const mistakes: Mistakes = [];
  wrongValue(mistakes, 'fleets[0].identities.password', 'hunter2{', 'is wrong', 'write another');
  expect(JSON.stringify(mistakes)).not.toContain('hunter2');
});

test('all mistakes come together, ten at most', () => {
  const mistakes: Mistakes = [];
  for (let n = 0; n < 13; n++) missing(mistakes, `field${n}`, 'write it');
  const text = mistakeOf(() => throwMistakes(mistakes, 'a.ts'));
  expect(text).toContain('a.ts: 13 mistakes');
  expect(text).toContain('field9 is missing');
  expect(text).not.toContain('field10');
  expect(text).toContain('and 3 more');
  expect(() => throwMistakes([], 'a.ts')).not.toThrow();
});
