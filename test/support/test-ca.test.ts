import { X509Certificate } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describeWith } from './programs.ts';
import { runTestCa, testCa } from './test-ca.ts';

const ca = testCa(2, 'CP-{n:3}');
const certificate = (name: string) => new X509Certificate(ca.text(`${name}.pem`));

describeWith(['openssl'], 'the authority of the tests', () => {
  test('signs what it says, and only that', () => {
    const authority = certificate('ca');
    for (const name of ['server', 'expired', 'other-name', 'clients/CP-001', 'clients/CP-002']) {
      expect(certificate(name).verify(authority.publicKey), name).toBe(true);
    }
    expect(certificate('wrong-ca').verify(authority.publicKey)).toBe(false);
  });

  test('names the server, the clients and the dates', () => {
    const server = certificate('server');
    expect(server.checkHost('localhost')).toBe('localhost');
    expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(server.checkIP('::1')).toBe('::1');
    expect(certificate('other-name').checkHost('localhost')).toBeUndefined();
    expect(certificate('clients/CP-002').subject).toBe('CN=CP-002');
    expect(Date.parse(certificate('expired').validTo)).toBeLessThan(Date.now());
    expect(Date.parse(server.validTo)).toBeGreaterThan(Date.now() + 365 * 86_400_000);
    expect(readdirSync(ca.path('clients'))).toHaveLength(4);
  });

  test('keeps what is there, and adds what is not', () => {
    const before = [ca.text('ca.pem'), ca.text('clients/CP-001.key')];
    expect(runTestCa(ca.folder, '3', 'CP-{n:3}')).toContain('3 client certificates');
    expect([ca.text('ca.pem'), ca.text('clients/CP-001.key')]).toEqual(before);
    expect(existsSync(ca.path('clients/CP-003.pem'))).toBe(true);
  });

  test.each([
    [[]],
    [['']],
    [['--help']],
    [['dir', 'many']],
    [['dir', '1', 'CP']],
    [['dir', '1', 'CP{n:x}']],
    [['dir', '1', 'a/{n}']],
    [['dir', '1', 'CP{n}', 'more']],
  ])('%j shows the usage and makes nothing', (args) => {
    expect(() => runTestCa(...args)).toThrow(/usage: tools\/test-ca\.sh OUTDIR/);
    expect(existsSync('dir')).toBe(false);
  });
});
