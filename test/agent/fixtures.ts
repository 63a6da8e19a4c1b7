/** A coordinator that does just enough, and a runner whose chargers are counted, not connected. */

import { runAgent } from '../../src/agent/agent.ts';
import { cutEnd, lastSeen } from '../../src/agent/ends.ts';
import type {
  AgentOptions,
  ShareHooks,
  ShareJob,
  ShareRunner,
  Timers,
} from '../../src/agent/ports.ts';
import { signingKey } from '../../src/bundle/keys.ts';
import { splitBundle } from '../../src/bundle/pieces.ts';
import { signRecord } from '../../src/bundle/sign.ts';
import type { RunSpace } from '../../src/bus/bus.ts';
import { sha256 } from '../../src/plan/mark.ts';
import type { Interval } from '../../src/series/interval.ts';
import { clockBytes, readShare, toBytes } from '../../src/share/json.ts';
import { type Order, PROTOCOL, type RunRecord, type ShareRecord } from '../../src/share/records.ts';
import {
  bundleKey,
  CONTROL_KEY,
  clockSubject,
  coordinatorSubject,
  EVERY_SHARE,
  OFFERS,
  RUN_KEY,
  shareKey,
} from '../../src/share/subjects.ts';
import { type DecodedUp, decodeUp } from '../../src/share/up-codec.ts';
import { fixtureHeader } from '../result/fixtures.ts';
import type { World } from './world.ts';

const KEY = signingKey(undefined);
export const SIGNER = KEY.publicKey;
const BUNDLE = Buffer.from('a scenario');

export function fixtureRecord(changes: Partial<RunRecord> = {}): RunRecord {
  return {
    ...{ protocol: PROTOCOL, runId: 'night', tool: '0.1.0', createdAt: '2026-01-02T03:04:05.678Z' },
    bundle: { sha256: sha256(BUNDLE), bytes: BUNDLE.length, chunks: 1, name: 'nightly.ts' },
    ...{ overrides: {}, seed: 1, strict: false, planSha256: 'a'.repeat(64), chargerCount: 10 },
    ...{ environment: [], shares: 2, leaseMs: 10_000, onAgentLoss: 'reassign', ledger: false },
    ...changes,
  };
}

export interface FakeCoordinator {
  readonly space: RunSpace;
  readonly ups: DecodedUp[];
  share(number: number): ShareRecord | undefined;
  order(order: Order): Promise<void>;
  /** Its clock, ms. */
  wallMs(): number;
  /** It is heard no more. */
  die(): void;
}

/** Offers the run, gives shares away again whose lease is over; its clock is 4 s ahead. */
export async function fakeCoordinator(
  world: World,
  record: RunRecord,
  { labels = {}, key = KEY } = {},
): Promise<FakeCoordinator> {
  const { runId, leaseMs } = record;
  const bus = world.hub.bus();
  const clock = world.clock(4_000);
  const space = await world.wait(bus.createRun(runId));
  const seen = new Map<number, { record: ShareRecord; revision: number; atMs: number }>();
  const ups: DecodedUp[] = [];
  const orders: Order[] = [];
  const put = (name: string, value: Uint8Array) => void space.put(name, value, 0).catch(() => {});
  put(RUN_KEY, toBytes(signRecord(record, key.seed)));
  for (const [i, piece] of splitBundle(BUNDLE).entries()) put(bundleKey(i), piece);
  put(CONTROL_KEY, toBytes({ orders }));
  const free = { state: 'offered', agent: null, epoch: 1, renewals: 0 } as const;
  for (let share = 0; share < record.shares; share++) put(shareKey(share), toBytes(free));
  space.watch(EVERY_SHARE, ({ key: name, value, revision }) => {
    const there = readShare(value);
    if (there === null) throw new Error(`${name} cannot be read`);
    seen.set(Number(name.slice(6)), { record: there, revision, atMs: world.nowMs() });
  });
  space.read(({ data }) => void ups.push(decodeUp(data, 1)));
  const unanswer = bus.respond(clockSubject(runId), () => clockBytes(clock.wallMs()));
  let alive = true;
  const beat = () => {
    if (!alive) return;
    bus.publish(coordinatorSubject(runId), new Uint8Array());
    bus.publish(OFFERS, toBytes({ runId, tool: '0.1.0', chargers: 5, labels }));
    for (const [share, each] of seen) {
      if (each.record.state !== 'held' || world.nowMs() - each.atMs <= leaseMs) continue;
      const next = { ...free, epoch: each.record.epoch + 1 };
      space.put(shareKey(share), toBytes(next), each.revision).catch(() => {});
    }
    world.timers.after(1_000, beat);
  };
  beat();
  return {
    space,
    ups,
    share: (number) => seen.get(number)?.record,
    async order(order) {
      orders.push(order);
      const entry = await world.wait(space.get(CONTROL_KEY));
      const put = space.put(CONTROL_KEY, toBytes({ orders }), entry?.revision ?? 0);
      await world.wait(put.catch(() => undefined));
    },
    wallMs: () => clock.wallMs(),
    die() {
      alive = false;
      unanswer();
    },
  };
}

/** A share whose chargers are connected. */
export interface Open {
  readonly agent: string;
  readonly share: number;
}

/** Shares whose chargers are connected now, and the most that one of them ever was at once. */
export class OpenShares extends Set<Open> {
  most = 0;

  override add(added: Open): this {
    super.add(added);
    const same = [...this].filter(({ share }) => share === added.share);
    this.most = Math.max(this.most, same.length);
    return this;
  }
}

/** Counts a CALL a second for `seconds`, then ends. `open` has whose chargers are connected. */
export function fakeRunner(
  agent: string,
  world: World,
  { open = new OpenShares(), seconds = 10, timers = world.timers as Timers } = {},
): ShareRunner {
  return async (job, hooks) => {
    hooks.header(fixtureHeader());
    const { startNs } = await hooks.start(50e6);
    const clock = world.clock();
    const mine = { agent, share: job.share.index };
    const seen = lastSeen();
    return new Promise((resolve, reject) => {
      let index = 0;
      let cancel = () => {};
      const over = () => {
        cancel();
        open.delete(mine);
      };
      const finish = () => {
        over();
        resolve({ ...cutEnd(seen, null), ending: index === seconds ? 'completed' : 'interrupted' });
      };
      const second = () => {
        const interval = fakeInterval(index++);
        seen.add(interval);
        hooks.interval(interval);
        if (index === seconds) finish();
        else cancel = timers.after(1_000, second);
      };
      hooks.kill.addEventListener('abort', () => {
        over();
        reject(new Error('killed'));
      });
      hooks.control({
        drain: finish,
        finish,
        setPace: () => {},
        drop: async () => ({ dropped: 1, open: 2 }),
      });
      cancel = timers.after((startNs - clock.nowNs()) / 1e6, () => {
        open.add(mine);
        cancel = timers.after(1_000, second);
      });
    });
  };
}

const fakeInterval = (index: number): Interval => ({
  ...{ index, fromS: index, toS: index + 1, stage: 'steady', health: null },
  delta: {
    fleetCount: 1,
    counterPlaces: Uint32Array.of(0),
    counterChanges: Float64Array.of(1),
    histograms: [],
  },
});

export interface StartedAgent {
  readonly lines: string[];
  readonly exit: { code: number | null };
  readonly stop: AbortController;
  readonly bus: ReturnType<World['hub']['bus']>;
}

export function startAgent(
  world: World,
  name: string,
  changes: Partial<AgentOptions> = {},
): StartedAgent {
  const bus = world.hub.bus();
  const lines: string[] = [];
  const exit: { code: number | null } = { code: null };
  const stop = new AbortController();
  void runAgent({
    ...{ bus, clock: world.clock(), timers: world.timers, name, capacity: 5, processors: 2 },
    ...{ labels: {}, trust: [SIGNER], version: '0.1.0', env: {}, once: false },
    runShare: fakeRunner(name, world),
    say: (line) => void lines.push(line),
    ...{ stop: stop.signal, kill: new AbortController().signal, draw: () => 0.5 },
    ...changes,
  }).then((code) => {
    exit.code = code;
  });
  return { lines, exit, stop, bus };
}

/** Seconds that arrived of a share, each as often as it did. */
export const secondsOf = (ups: readonly DecodedUp[], share: number): number[] =>
  ups.flatMap(({ mark, up }) =>
    mark.share === share && up.type === 'intervals' ? up.intervals.map(({ index }) => index) : [],
  );

export type { ShareHooks, ShareJob };
