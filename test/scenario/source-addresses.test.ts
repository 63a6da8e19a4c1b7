import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Mistakes } from '../../src/scenario/mistakes.ts';
import { checkSources, expandSources, sourceList } from '../../src/scenario/source-addresses.ts';

describe('what one text stands for', () => {
  test.each([
    ['10.0.0.5', ['10.0.0.5']],
    ['10.0.0.9-11', ['10.0.0.9', '10.0.0.10', '10.0.0.11']],
    ['10.0.0.9-9', ['10.0.0.9']],
    ['10.0.1.6/30', ['10.0.1.5', '10.0.1.6']],
    ['10.0.1.7/31', ['10.0.1.6', '10.0.1.7']],
    ['10.0.1.7/32', ['10.0.1.7']],
    ['fd00:0::5', ['fd00::5']],
    ['::1', ['::1']],
  ])('%s', (written, expected) => expect(expandSources(written)).toEqual(expected));

  test.each([
    ...['', '10.0.0', '10.0.0.256', '10.0.0.9-8', '10.0.0.9-256', '10.0.0.0/21', '10.0.0.0/33'],
    ...['host', 'fd00::1-5', 'fe80::1%eth0', '10.0.0.5:80', '10.0.0.05', '1.2.3.4-5/24', '-5'],
  ])('not %j', (written) => expect(expandSources(written)).toBe(undefined));

  test('a network crosses an octet', () => {
    const all = expandSources('10.0.0.0/23');
    expect(all).toHaveLength(510);
    expect([all?.[0], all?.[254], all?.[255], all?.at(-1)]).toEqual([
      ...['10.0.0.1', '10.0.0.255', '10.0.1.0', '10.0.1.254'],
    ]);
  });

  test('ranges count what they say', () => {
    const octet = fc.nat({ max: 255 });
    fc.assert(
      fc.property(octet, octet, octet, octet, octet, (a, b, c, x, y) => {
        const [from, to] = [Math.min(x, y), Math.max(x, y)];
        const all = expandSources(`${a}.${b}.${c}.${from}-${to}`);
        expect(all).toHaveLength(to - from + 1);
        expect(all?.[0]).toBe(`${a}.${b}.${c}.${from}`);
        expect(all?.at(-1)).toBe(`${a}.${b}.${c}.${to}`);
      }),
    );
  });

  test('nothing throws, whatever is written', () => {
    fc.assert(fc.property(fc.string(), (written) => void expandSources(written)));
  });
});

test('a list is one after the other', () => {
  expect(sourceList(['10.0.0.5', '10.0.0.1-2'])).toEqual(['10.0.0.5', '10.0.0.1', '10.0.0.2']);
  expect(sourceList(['10.0.0.5', 'x'])).toBe(undefined);
  expect(sourceList([])).toEqual([]);
});

describe('mistakes', () => {
  const saysOf = (value: unknown) => {
    const mistakes: Mistakes = [];
    checkSources(mistakes, 'sourceAddresses', value);
    return mistakes.map(({ message, hint }) => `${message}\n${hint}`).join('\n');
  };
  test.each([
    ['10.0.0.5', 'sourceAddresses must be a list of addresses'],
    [[], 'sourceAddresses must be a list'],
    [['10.0.0.5', '10.0.0.x'], 'sourceAddresses[1] is no address and no range of them'],
    [[7], 'sourceAddresses[0] is no address'],
    [['10.0.0.1-9', '10.0.0.4'], "10.0.0.4 is in '10.0.0.1-9' already"],
    [['10.0.0.0/22', '10.0.4.0/28'], 'sourceAddresses has 1036 addresses'],
  ])('%j', (value, expected) => expect(saysOf(value)).toContain(expected));
  test('none', () => expect(saysOf(['127.0.0.1-9', 'fd00::5'])).toBe(''));
});
