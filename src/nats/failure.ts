/** What the client and the server complain of, as people and as the port say it. */
import { JetStreamApiCodes, JetStreamApiError } from '@nats-io/jetstream';
import {
  AuthorizationError,
  InvalidArgumentError,
  NoRespondersError,
  PermissionViolationError,
  TimeoutError,
  UserAuthenticationExpiredError,
} from '@nats-io/transport-node';
import { ExitCode, UserError } from '../base/errors.ts';
import { BusError } from '../bus/bus.ts';

/** Codes of the server's errors.json. */
const CODE = {
  noResources: 10023,
  memoryFull: 10028,
  storageFull: 10047,
  tooLarge: 10054,
  taken: 10058,
  replicas: 10074,
  streamFull: 10077,
  limitWanted: 10113,
};
const FULL: readonly number[] = [
  CODE.noResources,
  CODE.memoryFull,
  CODE.storageFull,
  CODE.streamFull,
];

const codeOf = (error: unknown) => (error instanceof JetStreamApiError ? error.code : 0);

/** There is a stream of that name. */
export const isTaken = (error: unknown) => codeOf(error) === CODE.taken;
/** There is no stream of that name. */
export const isGone = (error: unknown) => codeOf(error) === JetStreamApiCodes.StreamNotFound;
/** Nobody listens on that subject. */
export const isUnheard = (error: unknown): boolean =>
  error instanceof NoRespondersError ||
  (error instanceof Error && error.cause !== undefined && isUnheard(error.cause));

/** What the server does not allow; null: it is something else. */
export function denied(error: unknown): PermissionViolationError | null {
  if (error instanceof PermissionViolationError) return error;
  return error instanceof Error && error.cause !== undefined ? denied(error.cause) : null;
}

/** @param what was asked, for people */
export function busError(error: unknown, what: string): BusError {
  if (error instanceof BusError) return error;
  const { message } = error as Error;
  if (error instanceof TimeoutError || isUnheard(error)) {
    return new BusError('timeout', `${what}: NATS has not answered.`);
  }
  const denial = denied(error);
  if (denial !== null) return new BusError('refused', refusal(denial));
  if (error instanceof InvalidArgumentError) return new BusError('refused', `${what}: ${message}`);
  if (!(error instanceof JetStreamApiError)) return new BusError('away', `${what}: ${message}`);
  if (isConflict(error)) return new BusError('conflict', `${what}: ${message}`);
  if (FULL.includes(error.code) || /maximum bytes|no space/i.test(message)) {
    return new BusError('refused', `${what}: NATS has no room for more of it (${message}).`);
  }
  // 503: a cluster without a leader, or a server that is not ready yet.
  if (error.status === 503) return new BusError('timeout', `${what}: ${message}`);
  return new BusError('refused', `${what}: ${message}`);
}

const isConflict = ({ code }: JetStreamApiError) =>
  code === JetStreamApiCodes.StreamWrongLastSequence ||
  code === JetStreamApiCodes.StreamWrongLastSequenceUnknown;

/** `Not allowed to publish on "x".` */
export function refusal({ operation, subject }: PermissionViolationError): string {
  const verb = operation === 'publish' ? 'publish on' : 'subscribe to';
  return `NATS does not allow us to ${verb} "${subject}".`;
}

/** Why there is no room for a run; null: that is not it. */
export function roomError(error: unknown, limits: { readonly replicas: number }): UserError | null {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : '';
  if (code === CODE.replicas || /replicas > 1/.test(message)) {
    return new UserError(
      `NATS cannot keep ${limits.replicas} replicas of the run (${message}).`,
      'It takes a cluster of as many servers with JetStream; one server keeps 1 replica.',
      ExitCode.preflight,
    );
  }
  if (FULL.includes(code)) {
    return new UserError(
      `NATS has no room for the run (${message}).`,
      'Remove old runs ("nats stream ls"), raise max_file_store, or give its disk more room.',
      ExitCode.preflight,
    );
  }
  if (code === CODE.limitWanted) {
    return new UserError(
      `NATS wants to know how much room the run takes (${message}).`,
      'Allow the account streams without a limit: take "max_bytes_required" out.',
      ExitCode.preflight,
    );
  }
  return deniedError(error);
}

/** What a missing permission keeps from working at all; null: it is something else. */
export function deniedError(error: unknown): UserError | null {
  const denial = denied(error);
  if (denial === null) return null;
  return new UserError(
    refusal(denial),
    'deploy/nats/permissions.conf has what a coordinator and agents need.',
    ExitCode.preflight,
  );
}

/** Why there is no connection. @param servers for people */
export function connectError(error: unknown, servers: string): UserError {
  if (error instanceof UserError) return error;
  const [reason, hint] = connectReason(error);
  return new UserError(`No connection to NATS at ${servers}: ${reason}.`, hint, ExitCode.preflight);
}

const TLS_HINTS: Readonly<Record<string, readonly [string, string]>> = {
  CERT_HAS_EXPIRED: ["the server's certificate has expired", 'Renew it on the server.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    "the server's certificate is for another name",
    'Give --nats the name that is in the certificate.',
  ],
};
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO|CERT_UNTRUSTED/;
const CA_HINT = 'Give the certificate of its authority: --nats-ca ca.pem.';

function connectReason(error: unknown): readonly [string, string] {
  const { code = '', message = '' } = (error ?? {}) as { code?: string; message?: string };
  if (error instanceof TimeoutError) {
    // A server that does not trust our certificate closes what the client then waits for.
    const hint = 'Is it a NATS server, is a firewall in the way, does it want a --nats-cert?';
    return ['no answer in time', hint];
  }
  if (error instanceof AuthorizationError || error instanceof UserAuthenticationExpiredError) {
    const hint =
      'Give what the server knows: --nats-creds, --nats-nkey, or user:password in --nats.';
    return [`wrong or missing credentials (${message})`, hint];
  }
  if (/refused/.test(message) || code === 'ECONNREFUSED') {
    return ['connection refused', 'Start it with "nats-server -js", or look at host and port.'];
  }
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return [`the host is unknown (${code})`, 'Look at the spelling, and at DNS.'];
  }
  if (TLS_HINTS[code]) return TLS_HINTS[code];
  if (UNTRUSTED.test(code)) return [`the server's certificate is not trusted (${code})`, CA_HINT];
  if (/^ERR_(SSL|TLS|OSSL)/.test(code) || /tls|certificate/i.test(message)) {
    return [`TLS failed (${message})`, tlsHint(code, message)];
  }
  if (/unexpected response/.test(message)) {
    return ['what answers there is no NATS server', 'Look at host and port.'];
  }
  return [message || 'the server closed the connection', 'Look at the log of the server.'];
}

function tlsHint(code: string, message: string): string {
  if (/not available|not support/.test(message))
    return 'Write nats:// instead of tls://, or give it TLS.';
  if (/CERTIFICATE/i.test(code)) return 'Give --nats-cert and --nats-key that the server trusts.';
  return 'Look at --nats-ca, --nats-cert and --nats-key, and at the log of the server.';
}
