/** `ocpp-rpc` in strict mode: a central system that we did not write, and that sends commands. */
import { EventEmitter, once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { RPCServer } from 'ocpp-rpc';
import { afterFile } from './cleanup.ts';

// biome-ignore lint/suspicious/noExplicitAny: the server checks it against the schemas.
export type Payload = Record<string, any>;

/** A CALL of a charger that passed the schemas, and what it was answered. */
export interface Heard {
  readonly method: string;
  readonly params: Payload;
  readonly answer: Payload;
}

/** A charger as the central system sees it; the same one over all its connections. */
export interface Station {
  readonly identity: string;
  readonly password: string | undefined;
  readonly calls: readonly Heard[];
  /** Sends a CALL; the confirmation. Rejects for a CALLERROR and for what breaks the schemas. */
  ask(method: string, params?: Payload): Promise<Payload>;
  /** The first such CALL after the last `ask` was sent, or `after` another one, now or to come. */
  heard(method: string, fits?: Fits, after?: Heard): Promise<Heard>;
}

/** Some fields of the payload, or what it must be like. */
type Fits = Payload | ((params: Payload) => boolean);

export interface StrictServer {
  readonly url: string;
  readonly stations: ReadonlyMap<string, Station>;
  /** What broke the schemas, in either direction: `DataTransfer.req`, `Reset.conf`. */
  readonly violations: readonly string[];
  /** Resolves when so many chargers have told a status. */
  joined(count: number): Promise<readonly Station[]>;
}

/** Bounds a wait for a CALL that does not come. */
const WAIT_MS = 15_000;

const ACCEPTED = { status: 'Accepted' };
const now = () => new Date().toISOString();

/** Answers as `ocpp-rpc` likes them; `intervalS` is that of BootNotification.conf. */
function answers(intervalS: number): Readonly<Record<string, () => Payload>> {
  let transactionId = 0;
  return {
    BootNotification: () => ({ ...ACCEPTED, interval: intervalS, currentTime: now() }),
    Heartbeat: () => ({ currentTime: now() }),
    Authorize: () => ({ idTagInfo: ACCEPTED }),
    StartTransaction: () => ({ idTagInfo: ACCEPTED, transactionId: ++transactionId }),
    StopTransaction: () => ({ idTagInfo: ACCEPTED }),
    DataTransfer: () => ACCEPTED,
    MeterValues: () => ({}),
    StatusNotification: () => ({}),
    DiagnosticsStatusNotification: () => ({}),
    FirmwareStatusNotification: () => ({}),
  };
}

export async function strictServer(intervalS = 300): Promise<StrictServer> {
  const server = new RPCServer({
    protocols: ['ocpp1.6'],
    strictMode: true,
    callTimeoutMs: WAIT_MS,
  });
  const stations = new Map<string, ReturnType<typeof newStation>>();
  const violations: string[] = [];
  const bell = new EventEmitter();
  const answerTo = answers(intervalS);
  server.auth((accept) => accept({}));
  server.on('client', (client) => {
    const station = stations.get(client.identity) ?? newStation(client);
    stations.set(client.identity, station);
    station.use(client);
    client.on('strictValidationFailure', ({ method, isCall }: Payload) => {
      violations.push(`${method}.${isCall ? 'req' : 'conf'}`);
    });
    client.handle(({ method, params }: { method: string; params: Payload }) => {
      const answer = answerTo[method]();
      // Heard once its answer is on its way: what is asked then comes after it.
      setImmediate(() => {
        station.hear({ method, params, answer });
        bell.emit('call');
      });
      return answer;
    });
  });
  const http = await server.listen(0, '127.0.0.1');
  afterFile(() => server.close({ code: 1001, reason: '', awaitPending: false, force: true }));
  return {
    url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}`,
    stations,
    violations,
    async joined(count) {
      const signal = AbortSignal.timeout(WAIT_MS);
      const ready = () =>
        [...stations.values()].filter(({ calls }) =>
          calls.some(({ method }) => method === 'StatusNotification'),
        );
      while (ready().length < count) await once(bell, 'call', { signal });
      return ready();
    },
  };
}

// biome-ignore lint/suspicious/noExplicitAny: its types miss what its documentation promises.
type Client = any;

function newStation(first: Client) {
  const { identity } = first;
  const calls: Heard[] = [];
  const bell = new EventEmitter().setMaxListeners(50);
  let client = first;
  let asked = 0;
  return {
    identity: identity as string,
    password: first.handshake.password?.toString() as string | undefined,
    calls,
    use(newer: Client) {
      client = newer;
    },
    hear(call: Heard) {
      calls.push(call);
      bell.emit('call');
    },
    async ask(method: string, params: Payload = {}): Promise<Payload> {
      asked = calls.length;
      return client.call(method, params);
    },
    async heard(method: string, fits: Fits = {}, after?: Heard) {
      const signal = AbortSignal.timeout(WAIT_MS);
      const since = after === undefined ? asked : calls.indexOf(after) + 1;
      for (let at = since; ; at++) {
        while (at >= calls.length) {
          await once(bell, 'call', { signal }).catch(() => {
            const texts = calls.slice(since).map((each) => JSON.stringify(each));
            const wanted = `${method} ${JSON.stringify(fits)}`;
            throw new Error(`${identity} sent no ${wanted}, only\n${texts.join('\n')}`);
          });
        }
        if (calls[at].method === method && matches(calls[at].params, fits)) return calls[at];
      }
    },
  };
}

function matches(params: Payload, fits: Fits): boolean {
  if (typeof fits === 'function') return fits(params);
  return Object.entries(fits).every(([name, value]) => params[name] === value);
}
