import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Mistakes } from '../../src/scenario/mistakes.ts';
import {
  checkSources,
  expandSources,
  sourceList,
  unfitSource,
} from '../../src/scenario/source-addresses.ts';

const listOf = (written: string) => sourceList([written]) ?? [];

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
    ...['', '10.0.0', '10.0.0.256', 'host', 'fd00::1-5', 'fe80::1%eth0', '10.0.0.5:80'],
    ...['10.0.0.05', '1.2.3.4-5/24', '-5', '10.0.0.5-', '10.0.0.0/', '10.0.0/24'],
  ])('%j is no address', (written) => {
    expect(expandSources(written)).toMatchObject({ says: 'is no address and no range of them' });
  });

  test.each([
    ['10.0.0.20-10', /counts backwards$/, /write it 10\.0\.0\.10-20$/],
    ['10.0.0.1-300', /up to 300, which no octet is$/, /10\.0\.0\.1-255; .* 10\.0\.0\.0\/22$/],
    ['10.0.0.1-10.0.0.9', /range of whole addresses$/, /last octet alone ends it: 10\.0\.0\.1-9$/],
    ['10.0.0.0/21', /network of 2048 addresses$/, /1024 are used: \/22/],
    ['10.0.0.0/15', /network of 131072 addresses$/, /1024 are used: \/22/],
    ['10.0.0.0/33', /prefix of 33$/, /at most 32/],
    ['0.0.0.0', /stands for any address/, /ip address/],
    ['0.0.0.1-9', /stands for any address/, /ip address/],
    ['0::0', /stands for any address/, /ip address/],
    ['224.0.0.1', /is a multicast address/, /ip address/],
    ['239.255.0.0/24', /is a multicast address/, /ip address/],
    ['ff02::1', /is a multicast address/, /ip address/],
    ['255.255.255.255', /is the broadcast address/, /ip address/],
    ['240.0.0.1', /is reserved/, /ip address/],
  ])('%s: why it is none', (written, says, fix) => {
    expect(expandSources(written)).toEqual({
      says: expect.stringMatching(says),
      fix: expect.stringMatching(fix),
    });
  });

  test('a network crosses an octet', () => {
    const all = listOf('10.0.0.0/23');
    expect(all).toHaveLength(510);
    expect([all[0], all[254], all[255], all.at(-1)]).toEqual([
      ...['10.0.0.1', '10.0.0.255', '10.0.1.0', '10.0.1.254'],
    ]);
  });

  test('ranges count what they say', () => {
    const octet = fc.nat({ max: 255 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 223 }), octet, octet, octet, octet, (a, b, c, x, y) => {
        const [from, to] = [Math.min(x, y), Math.max(x, y)];
        const all = listOf(`${a}.${b}.${c}.${from}-${to}`);
        expect(all).toHaveLength(to - from + 1);
        expect(all[0]).toBe(`${a}.${b}.${c}.${from}`);
        expect(all.at(-1)).toBe(`${a}.${b}.${c}.${to}`);
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

test('the first that is none is told', () => {
  expect(unfitSource(['10.0.0.5', '10.0.0.9-1', '::'])).toMatch(
    '10.0.0.9-1 has a range that counts backwards\nwrite it 10.0.0.1-9',
  );
  expect(unfitSource(['10.0.0.5', ''])).toMatch('an empty text is no address');
  expect(unfitSource(['10.0.0.5', '::1'])).toBe(undefined);
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
    [['10.0.0.20-10'], 'sourceAddresses[0] has a range that counts backwards'],
    [['::'], 'sourceAddresses[0] stands for any address'],
    [['10.0.0.1-9', '10.0.0.4'], "10.0.0.4 is in '10.0.0.1-9' already"],
    [['10.0.0.0/22', '10.0.4.0/28'], 'sourceAddresses has 1036 addresses'],
  ])('%j', (value, expected) => expect(saysOf(value)).toContain(expected));
  test('none', () => expect(saysOf(['127.0.0.1-9', 'fd00::5'])).toBe(''));
});
