/** Agents that follow a script: they take shares and tell seconds that never happened. */

import type { RunSpace } from '../../src/bus/bus.ts';
import { SOUND } from '../../src/health/verdict.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { ResultHeader } from '../../src/result/types.ts';
import type { Interval } from '../../src/series/interval.ts';
import { readControl, readOffer, readShare, toBytes } from '../../src/share/json.ts';
import type { Announcement, Order, ShareRecord } from '../../src/share/records.ts';
import { agentSubject, CONTROL_KEY, OFFERS, shareKey } from '../../src/share/subjects.ts';
import type { ShareEnd, Up } from '../../src/share/up.ts';
import { encodeUp, upId } from '../../src/share/up-codec.ts';
import { deltaReader } from '../../src/snapshot/delta.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import type { MemoryBus } from '../bus/memory.ts';
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
  readonly header?: Partial<ResultHeader>;
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
  stopped: false,
};

interface Held {
  readonly share: number;
  readonly entry: ShareRecord;
  readonly revision: number;
  readonly space: RunSpace;
}

interface Life {
  readonly bus: MemoryBus;
  readonly script: Script;
  readonly orders: Order[];
  readonly told: Interval[];
  readonly stops: (() => void)[];
  readonly spool: { readonly id: string; readonly data: Uint8Array }[];
  held: Held | null;
  dead: boolean;
  frozenUntilMs: number;
  sequence: number;
  index: number;
  over: boolean;
  startMs: number;
  sending: boolean;
  claiming: boolean;
}

export function scriptedAgent(bus: MemoryBus, script: Script): ScriptedAgent {
  const life: Life = {
    ...{ bus, script, orders: [], told: [], stops: [], spool: [], held: null, dead: false },
    ...{ frozenUntilMs: 0, sequence: 0, index: 0, over: false, sending: false, claiming: false },
    startMs: Number.POSITIVE_INFINITY,
  };
  const { orders, told, stops } = life;
  stops.push(bus.subscribe(OFFERS, ({ data }) => consider(life, data)));
  every(life, 1000, () => {
    if (!isUp(life)) return;
    void renew(life);
    announce(life);
  });
  every(life, 100, () => goOn(life));
  return {
    ...{ bus, orders, told },
    die() {
      life.dead = true;
      for (const stop of stops) stop();
    },
    freeze(ms) {
      life.frozenUntilMs = Date.now() + ms;
    },
  };
}

function every(life: Life, ms: number, act: () => void): void {
  const timer = setInterval(act, ms);
  life.stops.push(() => clearInterval(timer));
}

const isUp = ({ dead, frozenUntilMs }: Life) => !dead && Date.now() >= frozenUntilMs;

function announce({ bus, script }: Life): void {
  const { name } = script;
  const announcement: Announcement = {
    ...{ agent: name, protocol: 1, tool: '0.1.0', instance: `${name}1`, capacity: 100 },
    ...{ chargers: 0, processors: 2, labels: {}, holds: [], refuses: [], ...script.announces },
  };
  bus.publish(agentSubject(name), toBytes(announcement));
}

function tell(life: Life, up: Up): void {
  if (life.held === null) return;
  const { share, entry } = life.held;
  const mark = { share, epoch: entry.epoch, sequence: life.sequence++ };
  life.spool.push({ id: upId(mark), data: encodeUp(mark, up) });
  void deliver(life);
}

async function deliver(life: Life): Promise<void> {
  const { spool, held, script } = life;
  if (life.sending || held === null) return;
  life.sending = true;
  while (spool.length > 0 && isUp(life)) {
    const sent = await held.space.append(script.name, spool[0].id, spool[0].data).then(
      () => true,
      () => false,
    );
    if (!sent) break;
    spool.shift();
  }
  life.sending = false;
}

async function renew(life: Life, changes: Partial<ShareRecord> = {}): Promise<void> {
  const { held } = life;
  if (held === null || !isUp(life)) return;
  const { share, space, revision } = held;
  const entry = { ...held.entry, renewals: held.entry.renewals + 1, ...changes };
  const kept = await space.put(shareKey(share), toBytes(entry), revision).catch(() => null);
  if (kept !== null) life.held = { ...held, entry, revision: kept };
  else await lookAgain(life);
}

/** A put whose confirmation was lost may be there. */
async function lookAgain(life: Life): Promise<void> {
  const { held, script } = life;
  if (held === null) return;
  const there = await held.space.get(shareKey(held.share)).catch(() => null);
  const entry = there && readShare(there.value);
  if (!there || entry?.agent !== script.name || entry.epoch !== held.entry.epoch) return;
  const { renewals } = entry;
  life.held = { ...held, entry: { ...held.entry, renewals }, revision: there.revision };
}

function goOn(life: Life): void {
  const { held, told, script } = life;
  if (!isUp(life) || held === null) return;
  void deliver(life);
  if (life.over) return;
  const { rampNs, steadyNs } = script.plan.stages;
  while (Date.now() >= life.startMs + (life.index + 1) * 1000) {
    const next = second(held.share + 1, life.index++);
    told.push(next);
    tell(life, { type: 'intervals', intervals: [next] });
  }
  if (Date.now() >= life.startMs + (rampNs + steadyNs) / 1e6 + 500) finish(life);
}

function finish(life: Life, end: Partial<ShareEnd> = {}): void {
  if (life.over || life.dead) return;
  life.over = true;
  const seed = (life.held?.share ?? 0) + 1;
  const last = life.index === 0 ? [] : [second(seed, life.index, true)];
  life.told.push(...last);
  tell(life, { type: 'intervals', intervals: last });
  tell(life, { type: 'ended', end: { ...ENDED, ...life.script.end, ...end } });
  void renew(life, { state: 'ended' });
}

function obey(life: Life, order: Order): void {
  life.orders.push(order);
  if (order.order === 'start') {
    life.startMs = order.atMs + (life.script.skewMs ?? 0);
    const offset = { offsetMs: 3, roundTripMs: 1 };
    const began = () => life.dead || tell(life, { type: 'began', atMs: life.startMs, offset });
    setTimeout(began, Math.max(0, life.startMs - Date.now()));
  }
  if (order.order === 'drain') setTimeout(() => finish(life, { ending: 'interrupted' }), 500);
  if (order.order === 'drop') {
    tell(life, { type: 'dropped', draw: order.draw, dropped: 2, open: 5 });
  }
  if (order.order === 'abandon') life.dead = true;
}

function consider(life: Life, data: Uint8Array): void {
  const offer = readOffer(data);
  if (life.claiming || life.dead || offer === null) return;
  life.claiming = true;
  void life.bus
    .openRun(offer.runId)
    .then((space) => claim(life, space))
    .finally(() => {
      life.claiming = life.held !== null || life.script.refuses !== undefined;
    });
}

async function claim(life: Life, space: RunSpace): Promise<void> {
  const { name, shares = 1, refuses } = life.script;
  for (let share = 0; share < shares && life.held === null; share++) {
    const there = await space.get(shareKey(share));
    const record = there && readShare(there.value);
    if (!there || record?.state !== 'offered') continue;
    const entry: ShareRecord = { ...record, state: 'held', agent: name };
    const revision = await space
      .put(shareKey(share), toBytes(entry), there.revision)
      .catch(() => null);
    if (revision !== null) life.held = { share, entry, revision, space };
  }
  if (life.held === null) return;
  if (refuses !== undefined) {
    tell(life, { type: 'refused', message: refuses, hint: '' });
    const epoch = life.held.entry.epoch + 1;
    await renew(life, { state: 'offered', agent: null, epoch, renewals: 0 });
    return;
  }
  const header = fixtureHeader({ chargerCount: 5, workers: 2, ...life.script.header });
  tell(life, { type: 'ready', header, offset: { offsetMs: 2, roundTripMs: 1 } });
  let seen = 0;
  life.stops.push(
    space.watch(CONTROL_KEY, ({ value }) => {
      const all = readControl(value)?.orders ?? [];
      if (!life.dead) for (const order of all.slice(seen)) obey(life, order);
      seen = all.length;
    }),
  );
}
