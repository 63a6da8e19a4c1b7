/** A wire on real sockets, and servers for it. */
import type { Socket } from 'node:net';
import type { TlsOptions } from 'node:tls';
import { systemClock } from '../../../src/base/clock.ts';
import { randomStream } from '../../../src/base/random.ts';
import { maskKey } from '../../../src/engine/frame/mask.ts';
import { parseEndpoint } from '../../../src/engine/socket/handshake.ts';
import { NodeWire, type NodeWireOptions } from '../../../src/engine/socket/node-wire.ts';
import type { PlanTls } from '../../../src/plan/plan.ts';
import {
  type RunCounter,
  RunCounterOffset,
  shardMemory,
  shardMemoryBytes,
} from '../../../src/snapshot/layout.ts';
import { accept, onRequest, type PlainServer, plainServer } from '../../e2e/servers.ts';
import { until } from '../../e2e/support.ts';

export const KEY = maskKey(randomStream(1));

/** Trusts nobody but the system's authorities, and looks at no certificate. */
const NO_TLS: PlanTls = { ca: null, verify: false, client: null, sessionResumption: true };

type Field = 'chargerCount' | 'identity' | 'password' | 'clock' | 'locals' | 'targets' | 'targetOf';

export interface WireChanges extends Partial<Pick<NodeWireOptions, Field>> {
  readonly tls?: Partial<PlanTls>;
}

/** A wire to `server`, and everything that its sink heard. */
export function wireTo({ url }: Pick<PlainServer, 'url'>, changes: WireChanges = {}) {
  const heard: string[] = [];
  /** What each failure said about trying again, seconds. */
  const retryAfters: number[] = [];
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(1)));
  const options: NodeWireOptions = {
    targets: [{ endpoint: parseEndpoint(`${url}/ocpp`), address: '127.0.0.1' }],
    targetOf: () => 0,
    locals: null,
    ...{ chargerCount: 1, maxMessageBytes: 1000, maskKey: KEY, clock: systemClock(), memory },
    identity: (c) => `cp${c}`,
    password: () => 'secret12',
    origin: () => 'http://{id}',
    ...changes,
    tls: { ...NO_TLS, ...changes.tls },
  };
  const wire = new NodeWire(options, {
    up: (c) => heard.push(`up ${c}`),
    failed: (c, reason, detail, retryAfterS) => {
      heard.push(`failed ${c} ${reason} ${detail}`.trim());
      retryAfters.push(retryAfterS);
    },
    message: (c, bytes, start, end) => heard.push(`${c}: ${bytes.toString('utf8', start, end)}`),
    down: (c, reason, detail) => heard.push(`down ${c} ${reason} ${detail}`.trim()),
    closed: (c) => heard.push(`closed ${c}`),
  });
  const counted = (name: RunCounter) => memory.counters[RunCounterOffset[name]];
  const hears = (line: string) => until(() => heard.includes(line), `'${line}' in ${heard}`);
  return { wire, heard, retryAfters, hears, counted };
}

/** What a server needs for `wss://`; more than its key and certificate when it asks for ours. */
export type ServerTls = TlsOptions & { readonly key: string; readonly cert: string };

/** Upgrades every connection; `then` has the socket and the request's head. */
export const upgrading = (then: (socket: Socket, head: string) => void, tls?: ServerTls) =>
  plainServer((socket) => {
    onRequest(socket, (head) => {
      socket.write(accept(head));
      then(socket, head);
    });
  }, tls);
