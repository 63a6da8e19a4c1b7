import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { addressText, isLoopback, parseAddress } from '../../src/http/address.ts';

const parse = (text: string) => parseAddress(text, '--metrics', 9464);

describe('parseAddress', () => {
  test.each([
    ['9000', '127.0.0.1', 9000],
    [':9000', '127.0.0.1', 9000],
    ['localhost', 'localhost', 9464],
    ['0.0.0.0', '0.0.0.0', 9464],
    ['10.0.0.5:0', '10.0.0.5', 0],
    ['load-1.example:80', 'load-1.example', 80],
    ['::1', '::1', 9464],
    ['[::1]', '::1', 9464],
    ['[::]:9000', '::', 9000],
  ])('%s', (text, host, port) => {
    expect(parse(text)).toEqual({ host, port });
  });

  test.each([
    '70000',
    'host:',
    'host:70000',
    'host:-1',
    'host:80:80',
    'http://host:80',
    '999.1.1.1:80',
    '[host]:80',
    'a b',
    '[::1',
  ])('refuses %s', (text) => {
    expect(() => parse(text)).toThrow(`--metrics is '${text}', which is no address`);
  });

  test('reads what addressText writes', () => {
    const hosts = fc.oneof(
      fc.ipV4(),
      fc.constantFrom('::1', 'fe80::1', 'localhost', 'a-b.example'),
    );
    fc.assert(
      fc.property(hosts, fc.nat(65_535), (host, port) => {
        expect(parse(addressText({ host, port }))).toEqual({ host, port });
      }),
    );
  });
});

test('isLoopback', () => {
  const is = (host: string) => isLoopback({ host, port: 1 });
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(is)).toBe(true);
  expect(['0.0.0.0', '10.0.0.1', '::', '127.example'].some(is)).toBe(false);
});
