import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.ts';
import { failureDetail, failureOf } from '../../../src/engine/socket/failure.ts';

const withCode = (code?: string) =>
  Object.assign(new Error('x'), code === undefined ? {} : { code });
test.each([
  ['ECONNREFUSED', 'refused'],
  ['ENOTFOUND', 'hostNotFound'],
  ['EAI_AGAIN', 'hostNotFound'],
  ['EHOSTUNREACH', 'unreachable'],
  ['ENETUNREACH', 'unreachable'],
  ['ECONNRESET', 'reset'],
  ['EPIPE', 'reset'],
  ['ETIMEDOUT', 'timedOut'],
  ['EADDRNOTAVAIL', 'noLocalPort'],
  ['EMFILE', 'noDescriptor'],
  ['ENFILE', 'noDescriptor'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tlsCertificate'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tlsCertificate'],
  ['CERT_HAS_EXPIRED', 'tlsCertificate'],
  ['CRL_HAS_EXPIRED', 'tlsCertificate'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tlsCertificate'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tlsCertificate'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tlsCertificate'],
  ['HOSTNAME_MISMATCH', 'tlsCertificate'],
  ['INVALID_CA', 'tlsCertificate'],
  ['INVALID_PURPOSE', 'tlsCertificate'],
  ['PATH_LENGTH_EXCEEDED', 'tlsCertificate'],
  ['EPROTO', 'tlsOther'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tlsOther'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tlsOther'],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', 'tlsOther'],
  ['EACCES', 'other'],
  ['toString', 'other'],
  ['', 'other'],
  [undefined, 'other'],
])('%s is %s', (code, reason) => expect(failureOf(withCode(code))).toBe(reason));

test('a certificate of ours that cannot be used is told in its own words', () => {
  const error = new UserError('tls.certFile: a.pem cannot be read (ENOENT)', 'a hint');
  expect(failureOf(error)).toBe('tlsCertificate');
  expect(failureDetail(error)).toBe('tls.certFile: a.pem cannot be read (ENOENT)');
});

describe('the detail', () => {
  test.each([
    ['ECONNREFUSED', 'ECONNREFUSED'],
    ['CERT_HAS_EXPIRED', "CERT_HAS_EXPIRED: the target's certificate has expired"],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', /authority is not trusted: name it in tls\.caFile/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /authority is not trusted/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /another name than the host of --target \(x\)$/],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /requires a client certificate: tls\.certFile/],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', /or the target requires a client certificate/],
    ['ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE', /or the target requires a client certificate/],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', /does not trust the authority of tls\.certFile/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', /certificate of tls\.certFile has expired/],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', /refused the certificate of tls\.certFile/],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', /refused the certificate of tls\.certFile/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /no TLS version that both ends allow/],
    ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS/],
    [undefined, 'x'],
  ])('%s', (code, words) => expect(failureDetail(withCode(code))).toMatch(words));
});
