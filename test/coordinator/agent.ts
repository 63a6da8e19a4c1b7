/** Agents that follow a script: they take shares and tell seconds that never happened. */

import type { RunSpace } from '../../src/bus/bus.ts';
import type { MemoryBus } from '../../src/bus/memory.ts';
import { SOUND } from '../../src/health/verdict.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Interval } from '../../src/series/interval.ts';
import { readControl, readOffer, readShare, toBytes } from '../../src/share/json.ts';
import type { Announcement, Order, ShareRecord } from '../../src/share/records.ts';
import { agentSubject, CONTROL_KEY, OFFERS, shareKey } from '../../src/share/subjects.ts';
import type { ShareEnd, Up } from '../../src/share/up.ts';
import { encodeUp, upId } from '../../src/share/up-codec.ts';
import { deltaReader } from '../../src/snapshot/delta.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler } from '../report/fixtures.ts';
import { fixtureHeader } from '../result/fixtures.ts';

export interface Script {
  readonly name: string;
  readonly plan: Plan;
  /** Of the run; default 1. */
  readonly shares?: number;
  /** ms after the planned start. */
  readonly skewMs?: number;
  /** Refuses whatever it has claimed. */
  readonly refuses?: string;
  readonly announces?: Partial<Announcement>;
  readonly end?: Partial<ShareEnd>;
}

export interface ScriptedAgent {
  readonly bus: MemoryBus;
  readonly orders: readonly Order[];
  /** All that it has told, whoever has heard it. */
  readonly told: Interval[];
  /** From now on it does nothing. */
  die(): void;
  /** It goes on after a while, as if nothing had been. */
  freeze(ms: number): void;
}

const OPEN = 3;

const made = new Map<string, Interval>();

/** CALLs of a second: from the first to the last second some are open. */
export function second(seed: number, index: number, isLast = false): Interval {
  const key = `${seed}/${index}/${isLast}`;
  const interval = made.get(key) ?? newSecond(seed, index, isLast);
  made.set(key, interval);
  return interval;
}

function newSecond(seed: number, index: number, isLast: boolean): Interval {
  const fill = filler(seed);
  const [sent, answered] = isLast ? [0, OPEN] : [10, index === 0 ? 10 - OPEN : 10];
  fill.calls('Heartbeat', STAGE_STEADY, { sent, answered });
  if (index === 0) fill.count('connected', 5);
  if (isLast) fill.count('connected', -5);
  const delta = deltaReader([fill.memory]).read(true);
  return {
    ...{ index, fromS: index + seed / 1e6, toS: index + 1 + seed / 1e6, delta, health: null },
    stage: index === 0 ? 'ramp' : 'steady',
  };
}

export const ENDED: ShareEnd = {
  ...{ rampS: 1, warmupS: 0, steadyS: 5, drainS: 0.5, peakConnected: 5, ending: 'completed' },
  error: null,
  generator: {
    ...{ workers: 2, processes: 1, cpuUs: 1000, steadyCpuUs: 500 },
    ...{ rssBeforeBytes: 1e6, rssSteadyBytes: 2e6 },
  },
  verdict: SOUND,
  leaseLost: false,
};

export function scriptedAgent(bus: MemoryBus, script: Script): ScriptedAgent {
  const { name, plan, shares = 1 } = script;
  const orders: Order[] = [];
  const told: Interval[] = [];
  const stops: (() => void)[] = [];
  const every = (ms: number, act: () => void) => {
    const timer = setInterval(act, ms);
    stops.push(() => clearInterval(timer));
  };
  let dead = false;
  let frozenUntilMs = 0;
  let held: { share: number; entry: ShareRecord; revision: number; space: RunSpace } | null = null;
  let sequence = 0;
  let index = 0;
  let over = false;
  let startMs = Number.POSITIVE_INFINITY;
  const spool: { id: string; data: Uint8Array }[] = [];
  let sending = false;

  const isUp = () => !dead && Date.now() >= frozenUntilMs;
  const pump = async () => {
    if (sending || held === null) return;
    sending = true;
    while (spool.length > 0 && isUp()) {
      const sent = await held.space.append(name, spool[0].id, spool[0].data).then(
        () => true,
        () => false,
      );
      if (!sent) break;
      spool.shift();
    }
    sending = false;
  };
  const tell = (up: Up) => {
    if (held === null) return;
    const mark = { share: held.share, epoch: held.entry.epoch, sequence: sequence++ };
    spool.push({ id: upId(mark), data: encodeUp(mark, up) });
    void pump();
  };
  /** A put whose confirmation was lost may be there. */
  const lookAgain = async () => {
    if (held === null) return;
    const there = await held.space.get(shareKey(held.share)).catch(() => null);
    const entry = there && readShare(there.value);
    if (!there || entry?.agent !== name || entry.epoch !== held.entry.epoch) return;
    held = {
      ...held,
      entry: { ...held.entry, renewals: entry.renewals },
      revision: there.revision,
    };
  };
  const renew = async (changes: Partial<ShareRecord> = {}) => {
    if (held === null || !isUp()) return;
    const { share, space, revision } = held;
    const entry = { ...held.entry, renewals: held.entry.renewals + 1, ...changes };
    const kept = await space.put(shareKey(share), toBytes(entry), revision).catch(() => null);
    if (kept !== null) held = { ...held, entry, revision: kept };
    else await lookAgain();
  };
  const finish = (end: Partial<ShareEnd> = {}) => {
    if (over) return;
    over = true;
    const seed = held?.share ?? 0;
    const last = index === 0 ? [] : [second(seed + 1, index, true)];
    told.push(...last);
    tell({ type: 'intervals', intervals: last });
    tell({ type: 'ended', end: { ...ENDED, ...script.end, ...end } });
    void renew({ state: 'ended' });
  };
  const live = () => {
    if (!isUp() || held === null) return;
    void pump();
    if (over) return;
    const { rampNs, steadyNs } = plan.stages;
    while (Date.now() >= startMs + (index + 1) * 1000) {
      const next = second(held.share + 1, index++);
      told.push(next);
      tell({ type: 'intervals', intervals: [next] });
    }
    if (Date.now() >= startMs + (rampNs + steadyNs) / 1e6 + 500) finish();
  };
  const obey = (order: Order) => {
    orders.push(order);
    if (order.order === 'start') {
      startMs = order.atMs + (script.skewMs ?? 0);
      setTimeout(
        () => {
          if (!dead)
            tell({ type: 'began', atMs: startMs, offset: { offsetMs: 3, roundTripMs: 1 } });
        },
        Math.max(0, startMs - Date.now()),
      );
    }
    if (order.order === 'drain') setTimeout(() => !dead && finish({ ending: 'interrupted' }), 500);
    if (order.order === 'drop') tell({ type: 'dropped', draw: order.draw, dropped: 2, open: 5 });
    if (order.order === 'abandon') dead = true;
  };
  const claim = async (space: RunSpace) => {
    for (let share = 0; share < shares && held === null; share++) {
      const there = await space.get(shareKey(share));
      const record = there && readShare(there.value);
      if (!there || record?.state !== 'offered') continue;
      const entry: ShareRecord = { ...record, state: 'held', agent: name };
      const revision = await space
        .put(shareKey(share), toBytes(entry), there.revision)
        .catch(() => null);
      if (revision !== null) held = { share, entry, revision, space };
    }
    if (held === null) return;
    if (script.refuses !== undefined) {
      tell({ type: 'refused', message: script.refuses, hint: '' });
      const epoch = held.entry.epoch + 1;
      return void renew({ state: 'offered', agent: null, epoch, renewals: 0 });
    }
    const header = fixtureHeader({ chargerCount: 5, workers: 2 });
    tell({ type: 'ready', header, offset: { offsetMs: 2, roundTripMs: 1 } });
    let seen = 0;
    stops.push(
      space.watch(CONTROL_KEY, ({ value }) => {
        const all = readControl(value)?.orders ?? [];
        if (!dead) for (const order of all.slice(seen)) obey(order);
        seen = all.length;
      }),
    );
  };
  let claiming = false;
  stops.push(
    bus.subscribe(OFFERS, ({ data }) => {
      const offer = readOffer(data);
      if (claiming || dead || offer === null) return;
      claiming = true;
      void bus
        .openRun(offer.runId)
        .then(claim)
        .finally(() => {
          claiming = held !== null || script.refuses !== undefined;
        });
    }),
  );
  every(1000, () => {
    if (!isUp()) return;
    void renew();
    const announcement: Announcement = {
      ...{ agent: name, protocol: 1, tool: '0.1.0', instance: `${name}1`, capacity: 100 },
      ...{ chargers: 0, processors: 2, labels: {}, holds: [], ...script.announces },
    };
    bus.publish(agentSubject(name), toBytes(announcement));
  });
  every(100, live);
  return {
    ...{ bus, orders, told },
    die() {
      dead = true;
      for (const stop of stops) stop();
    },
    freeze(ms) {
      frozenUntilMs = Date.now() + ms;
    },
  };
}
