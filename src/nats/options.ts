/** What the command line says about the connection to NATS, and what the client makes of it. */
import { readFileSync } from 'node:fs';
import {
  type Authenticator,
  credsAuthenticator,
  type NodeConnectionOptions,
  nkeyAuthenticator,
  nkeys,
} from '@nats-io/transport-node';
import { UserError } from '../base/errors.ts';

export interface NatsOptions {
  /** `nats://a:4222,tls://b:4222`, with `user:password@` where the server wants that. */
  readonly servers: string;
  /** Told to the server; its inbox is `_INBOX.<name>`, which permissions can name. */
  readonly name: string;
  readonly credsFile?: string;
  /** A file with the seed of a user's nkey. */
  readonly nkeyFile?: string;
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Of what is kept of a run; 1 to 5. */
  readonly replicas?: number;
  /** Set aside for the log of a run and for its store; by default they share what there is. */
  readonly logBytes?: number;
  readonly storeBytes?: number;
  /** After which the first connection counts as failed. */
  readonly connectLimitMs?: number;
  /** Told once of each subject that the server does not allow, and of credentials that expired. */
  readonly onRefused?: (message: string) => void;
}

/** Pings that find out that a connection is cut, within 4.5 s. */
const PING_INTERVAL_MS = 1_500;
const MAX_PINGS_OUT = 2;
/** For one address: one that takes the connection and says nothing is tried again soon. */
const DIAL_LIMIT_MS = 4_000;
const RECONNECT_WAIT_MS = 500;
const RECONNECT_JITTER_MS = 250;

/** @throws UserError an address or a file that is not right */
export function clientOptions(options: NatsOptions): NodeConnectionOptions {
  const urls = serverUrls(options.servers);
  const wantsTls = urls.some((url) => url.protocol === 'tls:') || tlsFiles(options) !== null;
  return {
    servers: urls.map((url) => url.host),
    name: `ocpp-load ${options.name}`,
    inboxPrefix: `_INBOX.${options.name}`,
    ...userOf(urls),
    ...authenticatorOf(options),
    // Without a wish of ours the client does what the server requires.
    ...(wantsTls ? { tls: tlsFiles(options) ?? {} } : {}),
    timeout: DIAL_LIMIT_MS,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: MAX_PINGS_OUT,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    reconnectJitter: RECONNECT_JITTER_MS,
    reconnectJitterTLS: RECONNECT_JITTER_MS,
    // A server that comes back with its old configuration is one to come back to.
    ignoreAuthErrorAbort: true,
    noAsyncTraces: true,
  };
}

/** @throws UserError */
export function serverUrls(servers: string): URL[] {
  const texts = servers.split(',').map((text) => text.trim());
  return texts.map((text) => {
    const url = URL.parse(text);
    const known = url?.protocol === 'nats:' || url?.protocol === 'tls:';
    if (!known || url.hostname === '' || !['', '/'].includes(url.pathname)) {
      throw new UserError(
        `"${withoutPassword(text)}" is not the address of a NATS server.`,
        'Write nats://host:4222, or tls://host:4222; several with commas.',
      );
    }
    if (url.port === '') url.port = '4222';
    return url;
  });
}

/** For people: without what is secret. */
export function serverNames(servers: string): string {
  return serverUrls(servers)
    .map((url) => `${url.protocol}//${url.host}`)
    .join(', ');
}

const withoutPassword = (text: string) => text.replace(/\/\/[^@/]*@/, '//');

function userOf(urls: readonly URL[]): NodeConnectionOptions {
  const url = urls.find(({ username }) => username !== '');
  if (url === undefined) return {};
  const user = decodeURIComponent(url.username);
  return url.password === '' ? { token: user } : { user, pass: decodeURIComponent(url.password) };
}

function authenticatorOf({ credsFile, nkeyFile }: NatsOptions): { authenticator?: Authenticator } {
  if (credsFile !== undefined && nkeyFile !== undefined) {
    throw new UserError(
      '--nats-creds and --nats-nkey exclude each other.',
      'Give the file that your NATS server knows.',
    );
  }
  if (credsFile !== undefined) return { authenticator: credsOf(credsFile) };
  if (nkeyFile !== undefined) return { authenticator: nkeyAuthenticator(seedOf(nkeyFile)) };
  return {};
}

function credsOf(file: string): Authenticator {
  const creds = read(file, '--nats-creds');
  const whole = /-----BEGIN NATS USER JWT-----[\s\S]+-----BEGIN USER NKEY SEED-----/.test(creds);
  if (!whole) {
    throw new UserError(
      `--nats-creds ${file} has no NATS credentials.`,
      'It needs a user JWT and its nkey seed, as "nsc generate creds" writes them.',
    );
  }
  return credsAuthenticator(new TextEncoder().encode(creds));
}

function seedOf(file: string): Uint8Array {
  const [seed] = read(file, '--nats-nkey').match(/\bSU[A-Z2-7]{56}\b/) ?? [];
  const bytes = new TextEncoder().encode(seed ?? '');
  try {
    nkeys.fromSeed(bytes);
    return bytes;
  } catch {
    throw new UserError(
      `--nats-nkey ${file} has no seed of a user's nkey.`,
      'A seed begins with SU; "ocpp-load keys new <file>" makes one.',
    );
  }
}

function tlsFiles(options: NatsOptions): { ca?: string; cert?: string; key?: string } | null {
  const { caFile, certFile, keyFile } = options;
  if (caFile === undefined && certFile === undefined && keyFile === undefined) return null;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    const [given, missing] = certFile ? ['cert', 'key'] : ['key', 'cert'];
    throw new UserError(
      `--nats-${given} needs --nats-${missing}.`,
      'A client certificate and its private key belong together.',
    );
  }
  return {
    ...(caFile === undefined ? {} : { ca: read(caFile, '--nats-ca') }),
    ...(certFile === undefined ? {} : { cert: read(certFile, '--nats-cert') }),
    ...(keyFile === undefined ? {} : { key: read(keyFile, '--nats-key') }),
  };
}

function read(file: string, flag: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
    throw new UserError(`${flag} ${file}: ${reason}.`);
  }
}
