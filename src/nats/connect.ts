/** Opens the bus on NATS. */
import { randomBytes } from 'node:crypto';
import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  type NatsConnection,
  type NodeConnectionOptions,
  PermissionViolationError,
  TimeoutError,
} from '@nats-io/transport-node';
import { ExitCode, UserError } from '../base/errors.ts';
import type { Bus } from '../bus/bus.ts';
import { natsBus } from './bus.ts';
import { connectError, deniedError, isUnheard, refusal } from './failure.ts';
import { guard } from './guard.ts';
import { ANSWER_LIMIT_MS, type Link } from './link.ts';
import { clientOptions, type NatsOptions, serverNames } from './options.ts';
import { watchPresence } from './presence.ts';

/** One token of a subject. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;
const CONNECT_LIMIT_MS = 10_000;
/** What the server has for all streams; a smaller number it would set aside for each run. */
const NO_LIMIT = -1;
/** The server's own default. */
const NEEDED_PAYLOAD_BYTES = 1024 ** 2;
const NEEDED_MINOR = 9;

/**
 * Connects and looks whether the server can carry a run. From then on the connection comes back by
 * itself, for ever. @throws UserError what is wrong, and what mends it
 */
export async function connectBus(options: NatsOptions): Promise<Bus> {
  if (!NAME.test(options.name)) {
    throw new UserError(
      `"${options.name}" cannot be a name on NATS.`,
      'Letters, digits, "-" and "_", 64 at most.',
    );
  }
  const limitMs = options.connectLimitMs ?? CONNECT_LIMIT_MS;
  const servers = serverNames(options.servers);
  const client = clientOptions(options);
  const nc = await connectWithin(client, limitMs).catch((error) => {
    throw connectError(error, servers);
  });
  try {
    return natsBus(await open(nc, options, servers, client.inboxPrefix!));
  } catch (error) {
    await nc.close();
    throw connectError(error, servers);
  }
}

async function open(
  nc: NatsConnection,
  options: NatsOptions,
  servers: string,
  inboxPrefix: string,
): Promise<Link> {
  const presence = watchPresence(nc);
  checkServer(nc, servers);
  tellRefusals(nc, options.onRefused ?? (() => {}));
  const limits = { timeout: ANSWER_LIMIT_MS };
  const jsm = await jetstreamManager(nc, { ...limits, checkAPI: false });
  await checkJetStream(jsm, servers);
  return {
    nc,
    jsm,
    js: jetstream(nc, limits),
    presence,
    inboxPrefix,
    secret: randomBytes(16).toString('hex'),
    servers,
    replicas: options.replicas ?? 1,
    logBytes: options.logBytes ?? NO_LIMIT,
    storeBytes: options.storeBytes ?? NO_LIMIT,
  };
}

/** The client's own limit is for one address, and a name may have many. */
async function connectWithin(
  options: NodeConnectionOptions,
  limitMs: number,
): Promise<NatsConnection> {
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      late = true;
      reject(new TimeoutError());
    }, limitMs);
  });
  const connecting = connect(options);
  connecting.then(
    (nc) => (late ? nc.close() : undefined),
    () => {},
  );
  try {
    return await Promise.race([connecting, limit]);
  } finally {
    clearTimeout(timer);
  }
}

function checkServer(nc: NatsConnection, servers: string): void {
  const { version = '', max_payload: maxBytes = 0, headers } = nc.info ?? {};
  const [major, minor] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (!(major > 2 || (major === 2 && minor >= NEEDED_MINOR))) {
    throw new UserError(
      `The NATS server at ${servers} is version ${version}.`,
      `It takes 2.${NEEDED_MINOR} or later.`,
      ExitCode.preflight,
    );
  }
  if (headers !== true) {
    throw new UserError(
      `The NATS server at ${servers} has no message headers.`,
      'Take "no_header_support" out of its configuration.',
      ExitCode.preflight,
    );
  }
  if (maxBytes < NEEDED_PAYLOAD_BYTES) {
    throw new UserError(
      `The NATS server at ${servers} takes messages of ${maxBytes} bytes at most.`,
      `Set "max_payload: 1MB", its default: ${NEEDED_PAYLOAD_BYTES} bytes.`,
      ExitCode.preflight,
    );
  }
}

async function checkJetStream(jsm: JetStreamManager, servers: string): Promise<void> {
  try {
    await jsm.getAccountInfo();
  } catch (error) {
    const denial = deniedError(error);
    if (denial !== null) throw denial;
    if (isUnheard(error) || /jetstream not enabled/i.test((error as Error).message)) {
      throw new UserError(
        `The NATS server at ${servers} has no JetStream for this account.`,
        'Start it with -js, or with "jetstream {}" in its configuration and in the account.',
        ExitCode.preflight,
      );
    }
    throw error;
  }
}

/** What the server refuses later on is told once, and not more than a hundred things. */
function tellRefusals(nc: NatsConnection, tell: (message: string) => void): void {
  const told = new Set<string>();
  void (async () => {
    for await (const status of nc.status()) {
      const message = status.type === 'error' ? refusalOf(status.error) : null;
      if (message === null || told.has(message) || told.size >= 100) continue;
      told.add(message);
      guard(() => tell(message));
    }
  })();
}

function refusalOf(error: Error): string | null {
  if (error instanceof PermissionViolationError) return refusal(error);
  if (error instanceof AuthorizationError) return 'NATS does not accept our credentials any more.';
  return null;
}
