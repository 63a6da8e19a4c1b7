import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isAllowed,
  parseFtp,
  parseLocation,
  parseTonly,
} from '../../../src/engine/upload/location.ts';

const log = readFileSync(new URL('../../reference/tonly-charger.log', import.meta.url), 'utf8');
const locations = [...log.matchAll(/"location":"([^"]+)"/g)].map((match) => match[1]);
const LOGGED = { host: '192.0.2.10', port: 21, user: 'ftpuser', password: 'secret' };

test('the locations of the log', () => {
  expect(locations.map(parseLocation)).toEqual([
    { kind: 'ftp', ...LOGGED, path: '/diagnosticFiles' },
    { kind: 'ftp', ...LOGGED, path: '/test/AC48k01_update.bin' },
  ]);
});

describe('an FTP URL', () => {
  const plain = { host: 'host', port: 21, user: 'anonymous', password: 'guest', path: '/' };
  const me = { ...plain, user: 'me', password: 'secret' };
  test.each([
    ['ftp://host', plain],
    ['FTP://HOST:21/', plain],
    ['ftp://host:2121/a/b/', { ...plain, port: 2121, path: '/a/b/' }],
    ['ftp://me:secret@host', me],
    ['ftp://me@host', { ...me, password: '' }],
    ['ftp://m%40e:s%3Acret%2f@host', { ...me, user: 'm@e', password: 's:cret/' }],
    ['ftp://me:p%C3%A4%@host', { ...me, password: 'pä%' }],
    ['ftp://me:p%ff@host', { ...me, password: 'p%ff' }],
    ['ftp://me:a@b@host', { ...me, password: 'a@b' }],
    ['ftp://host/a%20b/%C3%A4', { ...plain, path: '/a b/ä' }],
    ['ftp://host/x;type=i', { ...plain, path: '/x' }],
    ['ftp://[::1]:2121/x', { ...plain, host: '::1', port: 2121, path: '/x' }],
    ['ftp://127.1/x', { ...plain, host: '127.0.0.1', path: '/x' }],
  ])('%s', (text, server) => expect(parseFtp(text)).toEqual(server));
});

describe("TONLY's form", () => {
  const base = { ...LOGGED, host: 'host', path: '/f.bin' };
  test.each([
    ['host:21:ftpuser:secret:/f.bin', base],
    ['HOST:2121:ftpuser:secret:/a/b:c', { ...base, port: 2121, path: '/a/b:c' }],
    ['host:21:ftpuser:se:cr@t%41:/f.bin', { ...base, password: 'se:cr@t%41' }],
    ['host:21:::/f.bin', { ...base, user: '', password: '' }],
    ['[::1]:21:ftpuser:secret:/f.bin', { ...base, host: '::1' }],
  ])('%s', (text, server) => {
    expect(parseTonly(text)).toEqual(server);
    expect(parseLocation(text)).toEqual({ kind: 'ftp', ...server });
  });
});

test.each([
  ['http://host/fw.bin', { kind: 'http', host: 'host', port: 80 }],
  ['https://Host/fw.bin', { kind: 'http', host: 'host', port: 443 }],
  ['https://me:secret@host:8443', { kind: 'http', host: 'host', port: 8443 }],
  ['http://[::1]:8080/', { kind: 'http', host: '::1', port: 8080 }],
])('an ordinary URL: %s', (text, location) => expect(parseLocation(text)).toEqual(location));

test.each([
  '',
  'ftp://',
  'ftp://host:0/',
  'http://host:0/',
  'ftp://host:65536/',
  'ftp://me:se/cret@host/',
  'ftp://me:a%0d%0aDELE%20x@host/',
  'ftp://host/a%00b',
  'ftps://host/',
  'sftp://host/',
  'file:///etc/passwd',
  'host',
  'host:21',
  'host:21:me:secret',
  'host:21:me:secret:relative',
  'host:0:me:secret:/x',
  'host:99999:me:secret:/x',
  'host:21:me:sec\nret:/x',
  'a@b:21:me:secret:/x',
  'a/b:21:me:secret:/x',
  `ftp://host/${'x'.repeat(3000)}`,
  `host:21:me:secret:/${'x'.repeat(3000)}`,
])('nothing to go to: %j', (text) => expect(parseLocation(text)).toEqual({ kind: 'other' }));

/** Texts that come near to a location. */
const nearby = fc
  .array(
    fc.oneof(
      fc.constantFrom('ftp', 'http', '://', ':', '/', '@', '[', ']', '::1', '21', '%0d', '%', '\n'),
      fc.string({ maxLength: 5, unit: 'binary' }),
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

test('whatever it is, it is one of three and fit to be used', () => {
  fc.assert(
    fc.property(fc.oneof(nearby, fc.webUrl(), fc.string({ unit: 'binary' })), (text) => {
      const location = parseLocation(text);
      if (location.kind === 'other') return;
      expect(location.host).not.toMatch(/^$|[[\]\s@/]/);
      expect(location.port).toBeGreaterThan(0);
      expect(location.port).toBeLessThan(65536);
      if (location.kind === 'http') return;
      expect(location.path[0]).toBe('/');
      expect(`${location.user}${location.password}${location.path}`).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 1000 },
  );
});

const word = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => !/\p{Cc}/u.test(text));
const port = fc.integer({ min: 1, max: 65535 });
const host = fc.oneof(fc.domain(), fc.ipV4(), fc.constantFrom('::1', 'fe80::2'));
const bracketed = (name: string) => (name.includes(':') ? `[${name}]` : name);

test('an FTP URL of any parts comes apart into them', () => {
  const escaped = encodeURIComponent;
  fc.assert(
    fc.property(host, port, word, word, word, (name, at, user, password, file) => {
      fc.pre(!/^\.{1,2}$/.test(file));
      const login = `${escaped(user)}:${escaped(password)}`;
      const text = `ftp://${login}@${bracketed(name)}:${at}/d/${escaped(file)}`;
      const path = `/d/${file}`;
      expect(parseFtp(text)).toEqual({ host: name, port: at, user, password, path });
    }),
  );
});

test("TONLY's form of any parts comes apart into them", () => {
  fc.assert(
    fc.property(host, port, word, word, word, (name, at, user, password, file) => {
      fc.pre(!user.includes(':') && !password.includes(':/'));
      const text = `${bracketed(name)}:${at}:${user}:${password}:/${file}`;
      const server = { host: name, port: at, user, password, path: `/${file}` };
      expect(parseTonly(text)).toEqual(server);
    }),
  );
});

describe('the allow-list', () => {
  test.each([
    ['127.0.0.1:2121', '127.0.0.1', 2121],
    ['ftp.example.org', 'ftp.example.org', 21],
    ['FTP.Example.org:21', 'ftp.example.org', 21],
    ['ftp.example.org', 'FTP.EXAMPLE.ORG', 21],
    ['[::1]:2121', '::1', 2121],
    ['[::1]', '::1', 21],
    ['[0:0::0:1]', '::1', 21],
    ['host:80', 'host', 80],
  ])('%s lets %s:%d in', (entry, name, at) => {
    expect(isAllowed(['other', entry], name, at)).toBe(true);
  });

  test.each([
    ['127.0.0.1:2121', '127.0.0.1', 21],
    ['127.0.0.1', '127.0.0.1', 2121],
    ['example.org', 'ftp.example.org', 21],
    ['example.org', 'example.org.evil.net', 21],
    ['*', 'host', 21],
    ['*.example.org', 'ftp.example.org', 21],
    ['*.example.org', '*.example.org', 21],
    ['', 'host', 21],
    ['host:', 'host', 21],
    ['host:0', 'host', 0],
    ['host:65557', 'host', 21],
    ['ftp://host', 'host', 21],
    ['me@host', 'host', 21],
    ['host/x', 'host', 21],
    ['::1', '::1', 21],
    ['1:2121', '0.0.0.1:2121', 21],
  ])('%j keeps %s:%d out', (entry, name, at) => {
    expect(isAllowed([entry], name, at)).toBe(false);
  });

  test('lets in what it names, and nothing else', () => {
    fc.assert(
      fc.property(host, port, host, port, (name, at, otherName, otherPort) => {
        const entry = `${bracketed(name)}:${at}`;
        expect(isAllowed([entry], name, at)).toBe(true);
        const same = name === otherName && at === otherPort;
        expect(isAllowed([entry], otherName, otherPort)).toBe(same);
      }),
    );
    fc.assert(
      fc.property(nearby, (entry) => {
        expect(isAllowed([entry], '192.0.2.10', 21)).toBe(false);
      }),
    );
    expect(isAllowed([], 'host', 21)).toBe(false);
  });
});
