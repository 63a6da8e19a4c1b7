import { expect, test } from 'vitest';
import {
  CONNECT_EXPLANATIONS,
  DISCONNECT_EXPLANATIONS,
  explainConnect,
} from '../../src/report/explain.ts';
import { CONNECT_FAILURES, DISCONNECTS } from '../../src/snapshot/layout.ts';

test('every reason for a failed connect is explained, with something to do about it', () => {
  for (const reason of CONNECT_FAILURES) {
    expect(CONNECT_EXPLANATIONS[reason].text, reason).toMatch(/^\S.{10,}[^.]$/);
    expect(CONNECT_EXPLANATIONS[reason].hint, reason).toMatch(/^\S.{10,}[^.]$/);
  }
  expect(CONNECT_EXPLANATIONS.http401.hint).toContain('identities.password');
});

test('every disconnect is explained', () => {
  for (const reason of DISCONNECTS) {
    expect(DISCONNECT_EXPLANATIONS[reason].text, reason).toMatch(/^\S.{10,}[^.]$/);
  }
});

test('the hint fits the case where it is known', () => {
  const hint = (reason: 'tlsCertificate' | 'http401', detail: string, urlHasCredentials = false) =>
    explainConnect(reason, { detail, urlHasCredentials }).hint;
  expect(hint('tlsCertificate', 'ERR_TLS_CERT_ALTNAME_INVALID')).toMatch(/^use a name/);
  expect(hint('tlsCertificate', 'CERT_HAS_EXPIRED')).toMatch(/^renew the target's certificate/);
  expect(hint('tlsCertificate', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE')).toContain('tls.caFile');
  expect(hint('http401', '', true)).toMatch(/^user:password@ in --target is sent/);
  expect(hint('http401', '')).toBe(CONNECT_EXPLANATIONS.http401.hint);
});
