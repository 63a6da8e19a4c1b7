/** Why a connection was not made: the kind that is counted, and the words for it. */
import { UserError } from '../../base/errors.ts';
import type { ConnectFailure } from '../../snapshot/layout.ts';

/** What Node and OpenSSL throw or emit. */
export type SocketError = Error & { readonly code?: string };

const ERRNO_FAILURES: Readonly<Record<string, ConnectFailure>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'hostNotFound',
  EAI_AGAIN: 'hostNotFound',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timedOut',
  EADDRNOTAVAIL: 'noLocalPort',
  EADDRINUSE: 'noLocalPort',
  EMFILE: 'noDescriptor',
  ENFILE: 'noDescriptor',
};

/** Codes of a certificate that does not verify: X509_V_ERR_..., and Node's own for the name. */
const CERTIFICATE_CODE =
  /CERT|CRL|ISSUER|ALTNAME|HOSTNAME|UNABLE_TO_VERIFY|INVALID_(CA|PURPOSE)|PATH_LENGTH/;

/** The kind of a socket error before the upgrade. */
export function failureOf(error: SocketError): ConnectFailure {
  // Of our own certificate: the plan's reader says what is wrong with a file.
  if (error instanceof UserError) return 'tlsCertificate';
  const code = error.code ?? '';
  if (Object.hasOwn(ERRNO_FAILURES, code)) return ERRNO_FAILURES[code];
  // OpenSSL's own errors and the target's alerts: its word on our certificate is among them.
  if (/^ERR_SSL|^EPROTO/.test(code)) return 'tlsOther';
  if (CERTIFICATE_CODE.test(code)) return 'tlsCertificate';
  return code.includes('TLS') ? 'tlsOther' : 'other';
}

const UNKNOWN_AUTHORITY = "the target's authority is not trusted: name it in tls.caFile";

/** What a code means and which setting is about it; the names of alerts vary with OpenSSL. */
const TLS_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^CERT_HAS_EXPIRED/, "the target's certificate has expired"],
  [/^CERT_NOT_YET_VALID/, "the target's certificate is not valid yet: compare the clocks"],
  [/ALTNAME|HOSTNAME/, "the target's certificate is for another name than the host of --target"],
  [/SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY/, UNKNOWN_AUTHORITY],
  [/CERTIFICATE_REQUIRED/, 'the target requires a client certificate: tls.certFile, tls.keyFile'],
  [
    /ALERT_HANDSHAKE_FAILURE/,
    'no common cipher, or the target requires a client certificate: tls.certFile, tls.keyFile',
  ],
  [/ALERT_UNKNOWN_CA/, 'the target does not trust the authority of tls.certFile'],
  [/ALERT_CERTIFICATE_EXPIRED/, 'the target says that the certificate of tls.certFile has expired'],
  [
    /ALERT_(BAD_|UNSUPPORTED_)?CERTIFICATE|ALERT_ACCESS_DENIED|ALERT_DECRYPT_ERROR/,
    'the target refused the certificate of tls.certFile',
  ],
  [/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/, 'no TLS version that both ends allow'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH/, 'the port does not speak TLS: is it ws://?'],
];

/** One line for the event of a failure: the code, what it means, what Node adds. */
export function failureDetail(error: SocketError): string {
  const { code, message } = error;
  if (code === undefined) return message;
  const words = TLS_WORDS.find(([pattern]) => pattern.test(code))?.[1];
  if (words === undefined) return code;
  return code === 'ERR_TLS_CERT_ALTNAME_INVALID'
    ? `${code}: ${words} (${message})`
    : `${code}: ${words}`;
}
