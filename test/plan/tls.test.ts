import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clientFiles, compileTls, tlsContext } from '../../src/plan/tls.ts';
import { goodScenario, mistakeOf } from '../scenario/fixture.ts';
import { describeWith } from '../support/programs.ts';
import { testCa } from '../support/test-ca.ts';

const ca = testCa(2);
const write = (name: string, text: string) => writeFileSync(ca.path(name), text);
const compiled = (tls: object) => compileTls(goodScenario({ tls }), ca.folder);
const mistake = (tls: object) => mistakeOf(() => compiled(tls));

test('the defaults', () => {
  const plan = { ca: null, verify: true, client: null, sessionResumption: true };
  expect(compileTls(goodScenario(), ca.folder)).toEqual(plan);
});

describeWith(['openssl'], 'files', () => {
  test('every setting', () => {
    const files = { certFile: 'clients/{id}.pem', keyFile: 'clients/{id}.key' };
    const plan = compiled({ caFile: 'ca.pem', verify: false, sessionResumption: false, ...files });
    expect(plan).toEqual({
      ca: ca.text('ca.pem'),
      verify: false,
      client: {
        certFile: join(ca.folder, 'clients', '{id}.pem'),
        keyFile: join(ca.folder, 'clients', '{id}.key'),
      },
      sessionResumption: false,
    });
  });

  test('an authority that is no certificate is a mistake', () => {
    write('text.pem', 'x');
    expect(mistake({ caFile: 'gone.pem' })).toMatch(/tls\.caFile: .*gone\.pem cannot be .*ENOENT/);
    expect(mistake({ caFile: 'text.pem' })).toMatch(
      /tls\.caFile: .*text\.pem holds no certificate/,
    );
  });

  describe('one client certificate for all', () => {
    const files = (certFile: string, keyFile: string) => ({ certFile, keyFile });
    const good = files('clients/cp1.pem', 'clients/cp1.key');

    test('is checked before the run', () => expect(compiled(good).client).not.toBeNull());

    test('may be one file with both', () => {
      write('both.pem', ca.text('clients/cp1.key') + ca.text('clients/cp1.pem'));
      expect(compiled(files('both.pem', 'both.pem')).client).not.toBeNull();
    });

    test.each([
      ['gone.pem', good.keyFile, /tls\.certFile: .*gone\.pem cannot be read \(ENOENT\)/],
      [good.certFile, 'gone.key', /tls\.keyFile: .*gone\.key cannot be read \(ENOENT\)/],
      ['clients', good.keyFile, /tls\.certFile: .*clients cannot be read \(EISDIR\)/],
      [good.keyFile, good.keyFile, /tls\.certFile: .*cp1\.key holds no valid certificate/],
      [good.certFile, good.certFile, /tls\.keyFile: .*cp1\.pem holds no valid private key/],
      [good.certFile, 'clients/cp2.key', /cp2\.key is not the key of .*cp1\.pem/],
    ])('%s with %s', (certFile, keyFile, says) =>
      expect(mistake(files(certFile, keyFile))).toMatch(says),
    );

    test('an encrypted key says how to write it without a passphrase', () => {
      const armour = (word: string) => `-----${word} ENCRYPTED PRIVATE KEY-----\n`;
      write('encrypted.key', `${armour('BEGIN')}AAAA\n${armour('END')}`);
      const says = mistake(files(good.certFile, 'encrypted.key'));
      expect(says).toMatch(/encrypted\.key is encrypted.*openssl pkey/s);
    });
  });

  describe('a client certificate for each charger', () => {
    const plan = compiled({ certFile: 'clients/{id}.pem', keyFile: 'clients/{id}.key' });

    test('is not looked at before the charger connects', () => {
      expect(() => tlsContext(plan, 'cp2')).not.toThrow();
      expect(mistakeOf(() => tlsContext(plan, 'cp3'))).toMatch(
        /cp3\.pem cannot be read \(ENOENT\)/,
      );
    });

    test('puts the identity in as it is', () => {
      const client = { certFile: '/{id}/{id}.pem', keyFile: '/key.pem' };
      expect(clientFiles(client, 'a$&b')).toEqual({
        certFile: '/a$&b/a$&b.pem',
        keyFile: '/key.pem',
      });
    });
  });
});
