/** What a counted reason means, in plain English, and what to do about it. */
import type { ConnectFailure, Disconnect } from '../snapshot/layout.ts';

export interface Explanation {
  readonly text: string;
  /** What to check or change; `''` where there is nothing to say. */
  readonly hint: string;
}

const overloaded = 'it is overloaded or limits connects: ramp slower, or raise its limit';
const serverFault = 'its own log should say why';

export const CONNECT_EXPLANATIONS: Readonly<Record<ConnectFailure, Explanation>> = {
  refused: {
    text: 'connection refused: nothing listens on that port',
    hint: 'start the target, or check host and port of --target',
  },
  hostNotFound: {
    text: 'the host name does not resolve',
    hint: 'check the spelling of the host in --target, and DNS',
  },
  unreachable: {
    text: 'no route to the host',
    hint: 'check the network, the VPN and the firewall',
  },
  reset: {
    text: 'the target reset the connection before the upgrade',
    hint:
      'its accept queue may be full, or a balancer cuts it: ramp slower, look at its log; over ' +
      'wss:// it may not trust the authority of tls.certFile',
  },
  timedOut: {
    text: 'no upgrade within handshakeTimeout',
    hint: 'the target is too slow for this many connects at once: ramp slower, or raise the limit',
  },
  closedBeforeUpgrade: {
    text: 'the target closed the connection without answering the upgrade',
    hint:
      'a TLS port reached by ws:// does this: try wss://; over wss:// it may not trust the ' +
      'authority of tls.certFile; its log should say why',
  },
  tlsCertificate: {
    text: "the target's certificate does not verify, or ours cannot be used",
    hint:
      'name its authority in tls.caFile, or accept any certificate with tls.verify: false; ' +
      "its code tells whether it has expired, is for another name than --target's host, or a " +
      'file of tls.certFile and tls.keyFile is at fault',
  },
  tlsOther: {
    text: 'the TLS handshake failed',
    hint:
      'a client certificate is required or was refused (tls.certFile and tls.keyFile), the port ' +
      'is no wss:// port, or no TLS version and cipher is common',
  },
  redirect: {
    text: 'the target answered with a redirect, which is never followed',
    hint: 'use the final address as --target',
  },
  http400: {
    text: 'HTTP 400: the target did not take the request',
    hint: 'some systems answer unknown identities or wrong passwords so: check identities',
  },
  http401: {
    text: 'HTTP 401: the target refused the credentials',
    hint:
      "check identities.password (without it the model's is sent; `ocpp-load identities` lists " +
      'them); user:password@ in --target goes before it',
  },
  http403: {
    text: 'HTTP 403: the target forbids this charger',
    hint: 'check identities and the access rules of the target',
  },
  http404: {
    text: 'HTTP 404: the target does not know the path or the charger',
    hint: 'check the path of --target and that it knows the chargers of `ocpp-load identities`',
  },
  http429: { text: 'HTTP 429: too many connects for the target', hint: overloaded },
  http4xx: {
    text: 'another HTTP 4xx answer to the upgrade',
    hint: 'check the path of --target and the identities',
  },
  http500: { text: 'HTTP 500: the target failed on the upgrade', hint: serverFault },
  http502: {
    text: 'HTTP 502: a proxy could not reach the target behind it',
    hint: 'check that the system behind the proxy runs',
  },
  http503: { text: 'HTTP 503: the target is not available', hint: overloaded },
  http5xx: { text: 'another HTTP 5xx answer to the upgrade', hint: serverFault },
  notWebSocket: {
    text: 'the answer is not a WebSocket upgrade (RFC 6455)',
    hint: 'check that --target is an OCPP-J endpoint',
  },
  subprotocol: {
    text: 'the target did not agree to the sub-protocol ocpp1.6',
    hint: 'enable OCPP 1.6-J on the target, or check the path of --target',
  },
  noLocalPort: {
    text: 'no local port left for this address and target',
    hint: 'fewer chargers a source address, or more target addresses',
  },
  noDescriptor: {
    text: 'no file descriptor left in this process',
    hint: 'raise `ulimit -n`, or use more processes or fewer chargers',
  },
  other: {
    text: 'another connection error',
    hint: 'look up the code of the first one: Node.js or OpenSSL documents it',
  },
};

/** What is known of a failure beside its kind. */
export interface FailureContext {
  /** What the first such event says, or a code. */
  readonly detail: string;
  /** `user:password@` stands in the target's URL. */
  readonly urlHasCredentials: boolean;
}

const anyCertificate = 'accept any certificate with tls.verify: false';

/** The explanation of a kind, with the hint that fits the case where that is known. */
export function explainConnect(
  reason: ConnectFailure,
  { detail, urlHasCredentials }: FailureContext,
): Explanation {
  const general = CONNECT_EXPLANATIONS[reason];
  if (reason === 'tlsCertificate' && /ALTNAME|HOSTNAME/.test(detail)) {
    const hint = 'use a name that the certificate holds as the host of --target, or';
    return { ...general, hint: `${hint} ${anyCertificate}` };
  }
  if (reason === 'tlsCertificate' && /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/.test(detail)) {
    const hint = "renew the target's certificate, compare the clocks, or";
    return { ...general, hint: `${hint} ${anyCertificate}` };
  }
  if (reason === 'http401' && urlHasCredentials) {
    const hint =
      'user:password@ in --target is sent by every charger: check it, or leave it out, and ' +
      'identities.password is sent instead';
    return { ...general, hint };
  }
  return general;
}

export const DISCONNECT_EXPLANATIONS: Readonly<Record<Disconnect, Explanation>> = {
  closedByTarget: {
    text: 'closed by the target with a close frame',
    hint:
      'its log should say why; many close an identity that connects twice, and 1008 right after ' +
      'the upgrade may stand for an unknown identity or a wrong identities.password',
  },
  endedByTarget: {
    text: 'ended by the target without a close frame',
    hint: 'a crash, a restart, or a balancer with an idle limit does this',
  },
  reset: {
    text: 'reset by the target',
    hint: 'a crash, a restart, or a balancer does this',
  },
  callTimeouts: {
    text: 'given up by the charger after unanswered CALLs',
    hint: 'the target stopped answering: see the timeout column',
  },
  protocolError: { text: 'closed for a breach of RFC 6455 by the target', hint: '' },
  invalidUtf8: { text: 'closed for text from the target that is not UTF-8', hint: '' },
  messageTooLarge: {
    text: 'closed for a message above maxMessageBytes',
    hint: 'raise maxMessageBytes if such messages are right',
  },
  droppedByUser: { text: 'dropped from the live page (--ui-control)', hint: '' },
};
