import { expect, test } from 'vitest';
import { checkTls } from '../../../src/doctor/checks/tls.ts';
import type { TlsFact } from '../../../src/doctor/reach.ts';
import { failed, session, target } from '../fixture.ts';

const NOW = new Date('2026-11-01T00:00:00Z');
const check = (tls: TlsFact | null) => checkTls(target({ tls }), NOW)[0];

test('ws:// has none', () => expect(check(null)).toBeUndefined());

test('a certificate that verifies: its name, its authority, its last day', () => {
  expect(check(session())).toMatchObject({
    level: 'ok',
    text: 'csms.example by Example CA, valid to 2027-03-01, TLSv1.3 (3.2 ms)',
  });
});

test('one that expires soon', () => {
  const { level, text, fix } = check(session({ validTo: new Date('2026-11-08T12:00:00Z') }));
  expect([level, text]).toEqual(['warning', expect.stringContaining('expires in 7 days')]);
  expect(fix).toContain('openssl s_client -connect csms.example:443');
});

test.each([
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'authority is not trusted', 'tls.caFile'],
  ['CERT_HAS_EXPIRED', 'has expired', 'renew'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'another name', 'a name that the certificate holds'],
])('%s', (refusal, says, fix) => {
  const finding = check(session({ refusal }));
  expect(finding.level).toBe('problem');
  expect(finding.text).toContain(says);
  expect(finding.text).toContain('csms.example by Example CA');
  expect(finding.fix).toContain(fix);
  expect(check(session({ refusal, verified: false })).level).toBe('ok');
});

test.each([
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'problem', 'requires a client certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'problem', 'does not speak TLS'],
  ['ECONNRESET', 'warning', 'ECONNRESET'],
  ['ETIMEDOUT', 'warning', 'ETIMEDOUT'],
])('a handshake that fails with %s: %s', (code, level, says) => {
  const finding = check(failed(code));
  expect(finding.level).toBe(level);
  expect(finding.text).toContain(says);
  expect(finding.fix).toContain('openssl s_client -connect csms.example:443');
  // There is no event before a run.
  expect(finding.fix).not.toContain('event');
});
