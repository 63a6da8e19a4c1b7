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
import { cleanLines, hideCredentials } from '../report/clean.ts';
import { toBytes } from '../share/json.ts';
import type { Announcement, RunRecord } from '../share/records.ts';
import { OFFERS } from '../share/subjects.ts';
import type { DecodedUp } from '../share/up-codec.ts';
import { listen } from './ears.ts';
import { type Gathering, gathering } from './gather.ts';
import { hasOurLayout } from './layout.ts';
import { type Leases, type Liveness, leases, liveness } from './liveness.ts';
import { type LogListener, type LogReader, type RunLog, readLog } from './log.ts';
import { COORDINATOR, encodeNote, type Note } from './notes.ts';
import { offerOf, shareOffers } from './offers.ts';
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
  readonly reader: Pick<LogReader, 'apply' | 'finish'>;
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
  /** When the log was read last, by `nowMs`. */
  readMs(): number;
  /** Since when the bus is heard, by `nowMs`; null: it is away. Asked at each look. */
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
  given: DeskOptions,
): Promise<Desk> {
  const { space, record, bus } = options;
  const orders = await ordersOf(space, given.over);
  const session = randomBytes(8).toString('hex');
  const signs = signsOf();
  const times = timesOf(given.clock);
  const gather = gathering(record);
  const offers = shareOffers(space, gather);
  const heard = liveness();
  const lease = leases(record.leaseMs);
  const reader = readLog(plan, session, {
    ...given.listener,
    here: (other) => (other === session ? signs.replay() : signs.other()),
    early: (agent, message) => hearEarly(gather, options, agent, message),
  });
  const { log } = reader;
  const elapsedS = () => (times.wallMs() - (log.startedAtMs ?? Number.POSITIVE_INFINITY)) / 1e3;
  const note = noter(space, session, { over: given.over, fail: signs.fail });
  const tell = (text: string) => {
    if (log.startedAtMs === null) return options.say(text);
    const event = { atS: Math.max(0, elapsedS()), text };
    log.events.push(event);
    options.onEvent(event);
    note({ note: 'event', session, event });
  };
  const call = toBytes(offerOf(plan, record, options.labels));
  const presence = presenceOf(times.nowMs, bus.isAway());
  let readMs = times.nowMs();
  let stop = () => {};
  const listenNow = () => {
    stop = listen(options, session, {
      ...times,
      away: (away) =>
        signs.guarded(() => {
          presence.away(away);
          tell(away ? 'the bus is away: agents go on, and keep what they record' : BACK);
        }),
      announced(announcement) {
        for (const news of newsOf(gather, log, announcement)) tell(news);
        heard.heard(announcement.agent, times.nowMs());
      },
      share(share, entry, revision) {
        offers.seen(share, revision);
        gather.entry(share, entry);
        if (entry.state === 'held') lease.renewed(share, times.nowMs());
      },
      entry(entry) {
        readMs = times.nowMs();
        signs.guarded(() => reader.take(entry));
      },
    });
    note({ note: 'here', session });
  };
  return {
    ...{ plan, options, clock: given.clock, log, reader, orders, ...times, ...signs },
    ...{ gathering: gather, liveness: heard, leases: lease },
    ...{ elapsedS, tell, note, offer: offers.offer, listen: listenNow },
    readMs: () => readMs,
    upSinceMs: presence.upSinceMs,
    call: () => bus.publish(OFFERS, call),
    close: () => stop(),
  };
}

const BACK = 'the bus is back';

/** Looks are a quarter of a second apart: who has not looked for so long was frozen. */
const FROZEN_MS = 1_500;

/** A coordinator that was frozen has heard as little meanwhile as one whose bus was away. */
function presenceOf(nowMs: () => number, isAway: boolean) {
  let lookedMs = nowMs();
  let sinceMs = isAway ? null : lookedMs;
  return {
    away(away: boolean) {
      sinceMs = away ? null : nowMs();
    },
    upSinceMs(): number | null {
      const now = nowMs();
      if (now - lookedMs > FROZEN_MS && sinceMs !== null) sinceMs = now;
      lookedMs = now;
      return sinceMs;
    },
  };
}

/** Its wall clock goes on as its monotonic one does, whatever it is set to meanwhile. */
function timesOf(clock: Clock) {
  const anchor = { wallMs: clock.wallMs(), nowNs: clock.nowNs() };
  return {
    nowMs: () => clock.nowNs() / 1e6,
    wallMs: () => anchor.wallMs + (clock.nowNs() - anchor.nowNs) / 1e6,
  };
}

/** What settles once: all that was there has been read; it cannot go on. */
function signsOf() {
  const replayed = deferred<void>();
  const failed: Deferred<never> = deferred<never>();
  failed.promise.catch(() => undefined);
  let isReplayed = false;
  const fail = (error: unknown) => failed.reject(error as Error);
  return {
    fail,
    replayed: replayed.promise,
    failed: failed.promise,
    isReplayed: () => isReplayed,
    replay() {
      isReplayed = true;
      replayed.resolve();
    },
    /** Another coordinator is heard: one from before, or one that goes on in our place. */
    other() {
      if (isReplayed) fail(new Replaced());
    },
    guarded(act: () => void) {
      try {
        act();
      } catch (error) {
        fail(error);
      }
    },
  };
}

/** Once the run goes on, who has no share of it is none of its events. */
function newsOf(gather: Gathering, log: RunLog, announcement: Announcement): string[] {
  const news = gather.announced(announcement);
  if (news.length === 0 || log.startedAtMs === null) return news;
  return gather.claimants().some(({ agent }) => agent === announcement.agent) ? news : [];
}

function hearEarly(
  gather: Gathering,
  { record, say }: Pick<CoordinateOptions, 'record' | 'say'>,
  agent: string,
  { mark: { share, epoch }, up }: DecodedUp,
): void {
  const holder = { share, epoch, agent };
  const refused = (message: string, hint: string) => {
    gather.refused(holder, { message, hint });
    say(`agent ${agent} refuses share ${share + 1}: ${cleanLines(hideCredentials(message))}`);
  };
  if (up.type === 'refused') refused(up.message, up.hint);
  if (up.type !== 'ready') return;
  if (hasOurLayout(up.header)) gather.ready(holder);
  else {
    const { tool } = up.header;
    refused(
      `it is ocpp-load ${tool}, which counts otherwise than ${record.tool}`,
      'install the same version on all machines of a run',
    );
  }
}

/** Appends notes until they are there, each once. */
function noter(
  space: RunSpace,
  session: string,
  { over, fail }: { over: AbortSignal; fail: (error: unknown) => void },
): (note: Note) => void {
  let count = 0;
  return (note) => {
    const id = `note-${session}-${count++}`;
    untilDone(() => space.append(COORDINATOR, id, encodeNote(note)), over).catch((error) => {
      if (!over.aborted) fail(error);
    });
  };
}
