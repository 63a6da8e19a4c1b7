/**
 * What a coordinator has before it: what it hears of its run, and how it makes itself heard. It
 * decides nothing.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../base/clock.ts';
import { type Deferred, deferred } from '../base/deferred.ts';
import type { Bus, RunSpace } from '../bus/bus.ts';
import type { RunOptions } from '../fleet/options.ts';
import type { Plan } from '../plan/plan.ts';
import { clockBytes, readAnnouncement, readShare, toBytes } from '../share/json.ts';
import type { Offer, RunRecord, ShareRecord } from '../share/records.ts';
import {
  agentSubject,
  clockSubject,
  coordinatorSubject,
  EVERY_AGENT,
  EVERY_SHARE,
  OFFERS,
  shareKey,
} from '../share/subjects.ts';
import { type Gathering, gathering } from './gather.ts';
import { type Leases, type Liveness, leases, liveness } from './liveness.ts';
import { type LogListener, type RunLog, runLog } from './log.ts';
import { COORDINATOR, encodeNote, type Note } from './notes.ts';
import { type Orders, ordersOf, Replaced } from './orders.ts';
import { untilDone } from './retry.ts';

export interface CoordinateOptions
  extends Pick<
    RunOptions,
    'onStart' | 'onProgress' | 'onEvent' | 'onInterval' | 'onControl' | 'onLedger' | 'stop' | 'kill'
  > {
  readonly bus: Bus;
  /** Of a run that was offered, now or by a coordinator that is no more. */
  readonly space: RunSpace;
  readonly record: RunRecord;
  /** Only agents that have all of these. */
  readonly labels: Readonly<Record<string, string>>;
  /** So long agents may take to come. */
  readonly waitMs: number;
  /** What was counted, share by share, as it is read. */
  readonly parts?: Pick<LogListener, 'hold' | 'part' | 'over'> | null;
  /** Tells the user something before the run begins. */
  say(text: string): void;
  readonly clock?: Clock;
}

export interface Desk {
  readonly plan: Plan;
  readonly options: CoordinateOptions;
  readonly clock: Clock;
  readonly log: RunLog;
  readonly orders: Orders;
  readonly gathering: Gathering;
  readonly liveness: Liveness;
  readonly leases: Leases;
  /** Monotonic. */
  nowMs(): number;
  /** What agents ask for: ms since 1970, without the steps of a clock that is set meanwhile. */
  wallMs(): number;
  /** Seconds since the run began; negative before. */
  elapsedS(): number;
  /** Since when the bus is there, by `nowMs`; null: it is away. */
  upSinceMs(): number | null;
  /** An event of the run. */
  tell(text: string): void;
  /** Holds from where it is read in the log. */
  note(note: Note): void;
  /** Gives a share to whoever comes first, unless its entry has changed meanwhile. */
  offer(share: number): void;
  /** Calls for agents. */
  call(): void;
  /** Begins to hear and to be heard. */
  listen(): void;
  /** All that was in the log when this coordinator came has been read. */
  readonly replayed: Promise<void>;
  isReplayed(): boolean;
  /** Ends the run without a result. */
  fail(error: unknown): void;
  /** Rejects then. */
  readonly failed: Promise<never>;
  /** What `act` throws ends the run. */
  guarded(act: () => void): void;
  close(): void;
}

export interface DeskOptions {
  readonly clock: Clock;
  /** Ends every wait. */
  readonly over: AbortSignal;
  readonly listener: Omit<LogListener, 'here' | 'early'>;
}

export async function openDesk(
  plan: Plan,
  options: CoordinateOptions,
  { clock, over, listener }: DeskOptions,
): Promise<Desk> {
  const { bus, space, record } = options;
  const orders = await ordersOf(space, over);
  const session = randomBytes(8).toString('hex');
  const replayed = deferred<void>();
  const failed: Deferred<never> = deferred<never>();
  failed.promise.catch(() => undefined);
  const times = timesOf(clock);
  const gather = gathering(record.shares);
  const heard = liveness();
  const lease = leases(record.leaseMs);
  const revisions = new Map<number, number>();
  let isReplayed = false;
  let upSinceMs = bus.isAway() ? null : times.nowMs();
  let notes = 0;
  let stops: (() => void)[] = [];

  const guarded = (act: () => void) => {
    try {
      act();
    } catch (error) {
      failed.reject(error as Error);
    }
  };
  const log = runLog(plan, session, {
    ...listener,
    here(other) {
      if (other === session) {
        isReplayed = true;
        replayed.resolve();
      } else if (isReplayed) failed.reject(new Replaced());
    },
    early(agent, { mark: { share, epoch }, up }) {
      const holder = { share, epoch, agent };
      if (up.type === 'ready') gather.ready(holder);
      if (up.type !== 'refused') return;
      gather.refused(holder, up.message);
      options.say(`agent ${agent} refuses share ${share + 1}: ${up.message}`);
    },
  });
  const elapsedS = () => {
    const startedAtMs = log.startedAtMs();
    return startedAtMs === null ? Number.NEGATIVE_INFINITY : (times.wallMs() - startedAtMs) / 1e3;
  };
  const note = (what: Note) => {
    const id = `note-${session}-${notes++}`;
    const append = () => space.append(COORDINATOR, id, encodeNote(what));
    untilDone(append, over).catch((error) => {
      if (!over.aborted) failed.reject(error);
    });
  };
  const tell = (text: string) => {
    if (log.startedAtMs() === null) return options.say(text);
    const event = { atS: Math.max(0, elapsedS()), text };
    log.events.push(event);
    options.onEvent(event);
    note({ note: 'event', session, event });
  };
  const listen = () => {
    const away = (isAway: boolean) => {
      upSinceMs = isAway ? null : times.nowMs();
      tell(isAway ? 'the bus is away: agents go on, and keep what they record' : 'the bus is back');
    };
    const beat = Buffer.from(JSON.stringify({ session }));
    const alive = setInterval(
      () => bus.publish(coordinatorSubject(record.runId), beat),
      HEARD_EVERY_MS,
    );
    stops = [
      () => clearInterval(alive),
      bus.onAway((isAway) => guarded(() => away(isAway))),
      bus.subscribe(EVERY_AGENT, ({ subject, data }) => {
        const announcement = readAnnouncement(data);
        // Who speaks in another's name is not heard.
        if (announcement === null || subject !== agentSubject(announcement.agent)) return;
        gather.announced(announcement);
        heard.heard(announcement.agent, times.nowMs());
      }),
      space.watch(EVERY_SHARE, ({ key, value, revision }) => {
        const share = Number(key.slice(shareKey(0).length - 1));
        const entry = readShare(value);
        if (entry === null || key !== shareKey(share) || share >= record.shares) return;
        revisions.set(share, revision);
        gather.entry(share, entry);
        if (entry.state === 'held') lease.renewed(share, times.nowMs());
      }),
      bus.respond(clockSubject(record.runId), times.answer),
      space.read((entry) => guarded(() => log.take(entry))),
    ];
    note({ note: 'here', session });
  };
  const offering = new Set<number>();
  const offer = (share: number) => {
    const revision = revisions.get(share);
    const before = gather.entryOf(share);
    if (before === null || revision === undefined || offering.has(share)) return;
    offering.add(share);
    const next: ShareRecord = { ...FREE, epoch: before.epoch + 1 };
    void space
      .put(shareKey(share), toBytes(next), revision)
      // Whatever kept it from being offered: the next look tries again, or finds it done.
      .catch(() => undefined)
      .finally(() => offering.delete(share));
  };
  const call = toBytes(offerOf(plan, options));
  return {
    ...{ plan, options, clock, log, orders, gathering: gather, liveness: heard, leases: lease },
    ...{ nowMs: times.nowMs, wallMs: times.wallMs, elapsedS, tell, note, offer, listen, guarded },
    upSinceMs: () => upSinceMs,
    call: () => bus.publish(OFFERS, call),
    replayed: replayed.promise,
    isReplayed: () => isReplayed,
    fail: (error) => failed.reject(error as Error),
    failed: failed.promise,
    close: () => stops.forEach((stop) => void stop()),
  };
}

/** Its wall clock goes on as its monotonic one does, whatever it is set to meanwhile. */
function timesOf(clock: Clock) {
  const anchor = { wallMs: clock.wallMs(), nowNs: clock.nowNs() };
  const wallMs = () => anchor.wallMs + (clock.nowNs() - anchor.nowNs) / 1e6;
  const answer = () => clockBytes(wallMs());
  return { nowMs: () => clock.nowNs() / 1e6, wallMs, answer };
}

const HEARD_EVERY_MS = 1_000;

const FREE = { state: 'offered', agent: null, renewals: 0 } as const;
export const FIRST_OFFER: ShareRecord = { ...FREE, epoch: 1 };

export function offerOf(
  plan: Plan,
  { record, labels }: Pick<CoordinateOptions, 'record' | 'labels'>,
): Offer {
  const { runId, tool, shares } = record;
  return { runId, tool, chargers: Math.ceil(plan.chargerCount / shares), labels };
}
