/** TLS of a shard's chargers: who they are (certificates), and their last sessions. */
import { isIP } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { PlanTls } from '../../plan/plan.ts';
import { clientFiles, tlsContext } from '../../plan/tls.ts';
import type { Endpoint } from './handshake.ts';

/**
 * Certificates kept ready. Each takes about 50 kB and half a millisecond, and an open connection
 * holds its own anyway; beyond this number a reconnect reads its files again.
 */
const MAX_CONTEXTS = 256;

/** A larger session is not kept: 14 000 chargers must not hold whole certificate chains each. */
const MAX_SESSION_BYTES = 8192;

export interface Secure {
  readonly tls: PlanTls;
  /** By the paths of the client's files, the oldest first. */
  readonly contexts: Map<string, SecureContext>;
  /** By charger; null: none, or resumption is off. */
  readonly sessions: (Buffer | null)[];
}

export function createSecure(tls: PlanTls, chargerCount: number): Secure {
  return {
    tls,
    contexts: new Map(),
    sessions: new Array(chargerCount).fill(null),
  };
}

/**
 * How charger `c` connects to its target, which is always the same.
 * @throws UserError when its certificate or key cannot be used.
 */
export function secureOptions(
  secure: Secure,
  { hostname }: Endpoint,
  c: number,
  identity: string,
): ConnectionOptions {
  const { tls, sessions } = secure;
  const session = sessions[c];
  return {
    secureContext: contextOf(secure, identity),
    rejectUnauthorized: tls.verify,
    // SNI takes names only (RFC 6066, 3).
    ...(isIP(hostname) === 0 ? { servername: hostname } : {}),
    ...(session === null ? {} : { session }),
  };
}

function contextOf({ tls, contexts }: Secure, identity: string): SecureContext {
  const key = contextKey(tls, identity);
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const context = tlsContext(tls, identity);
  if (contexts.size >= MAX_CONTEXTS) contexts.delete(contexts.keys().next().value as string);
  contexts.set(key, context);
  return context;
}

function contextKey({ client }: PlanTls, identity: string): string {
  if (client === null) return '';
  const { certFile, keyFile } = clientFiles(client, identity);
  return [certFile, keyFile].join('\n');
}

/** The target gave charger `c` a session; with TLS 1.3 it may give several, the last one counts. */
export function keepSession({ tls, sessions }: Secure, c: number, session: Buffer): void {
  if (tls.sessionResumption && session.length <= MAX_SESSION_BYTES) sessions[c] = session;
}

/** After a failed handshake: the next one begins with nothing. */
export function dropSession({ sessions }: Secure, c: number): void {
  sessions[c] = null;
}
