/**
 * What the log of a run says, entry by entry: a function of its entries alone, so a coordinator
 * that reads it again from the first comes to the same seconds, events and sums.
 */

import type { LogEntry } from '../bus/bus.ts';
import type { RunEvent } from '../fleet/result.ts';
import { planThresholds } from '../fleet/thresholds.ts';
import type { Plan } from '../plan/plan.ts';
import type { Interval } from '../series/interval.ts';
import type { ShareEnd } from '../share/up.ts';
import { type DecodedUp, decodeUp } from '../share/up-codec.ts';
import { addCounters } from '../snapshot/counted.ts';
import { addDelta, type Delta } from '../snapshot/delta.ts';
import { RunCounterOffset } from '../snapshot/layout.ts';
import { emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import { endsRunText } from '../thresholds/condition.ts';
import type { Evaluator } from '../thresholds/evaluate.ts';
import { type Closer, closeIntervals } from './close-intervals.ts';
import { COORDINATOR, decodeNote, type Holder, type Note } from './notes.ts';
import { type Shares, sharesOf, type Tenure } from './shares.ts';
import { stageAt } from './stage.ts';
import { lostText } from './words.ts';

/** Takes what the log says, in the order in which it becomes known. */
export interface LogListener {
  here(session: string): void;
  /** Somebody says something of an epoch that is yet to begin. */
  early(agent: string, message: DecodedUp): void;
  begin(atMs: number): void;
  /** A second has closed; `drains`: the drain had begun when it ended. */
  interval(interval: Interval, drains: boolean): void;
  event(event: RunEvent): void;
  ledger(text: string): void;
  dropped(tenure: Tenure, answer: { draw: number; dropped: number; open: number }): void;
  hold(tenure: Tenure): void;
  /** What a share counted, second by second; what it had not ended when it was lost. */
  part(tenure: Tenure, part: Interval | Delta): void;
  /** It has ended, or was lost: `tenure.state` says which. */
  over(tenure: Tenure): void;
}

export interface RunLog {
  readonly shares: Shares;
  readonly closer: Closer;
  readonly thresholds: Evaluator;
  /** Of all seconds that have closed. */
  readonly total: Snapshot;
  /** Of all that was delivered. */
  readonly counters: Float64Array;
  readonly events: RunEvent[];
  /** When the run began, ms since 1970; null: it has not. */
  startedAtMs(): number | null;
  /** When the drain begins or began, seconds. */
  drainAtS(): number;
  /** A threshold has ended the run. */
  failedThreshold(): boolean;
  peakConnected(): number;
  take(entry: LogEntry): void;
  apply(note: Note): void;
  /** Entries that nobody can read. */
  unreadable(): number;
  /** Closes what is left: all shares have ended or are lost. */
  finish(): void;
}

/** @param session of the coordinator that reads: it has told its own events itself. */
export function runLog(plan: Plan, session: string, listener: LogListener): RunLog {
  const fleetCount = plan.fleets.length;
  const shares = sharesOf(plan);
  const closer = closeIntervals();
  const thresholds = planThresholds(plan);
  const total = emptySnapshot(fleetCount);
  const counters = new Float64Array(total.counters.length);
  const { rampNs, warmupNs, steadyNs } = plan.stages;
  const events: RunEvent[] = [];
  let startedAtMs: number | null = null;
  let drainAtS = (rampNs + warmupNs + steadyNs) / 1e9;
  let failedThreshold = false;
  let peakConnected = 0;
  let unreadable = 0;

  const tell = (event: RunEvent) => {
    events.push(event);
    listener.event(event);
  };
  const emit = (intervals: readonly Interval[]) => {
    for (const interval of intervals) {
      addDelta(total, interval.delta);
      peakConnected = Math.max(peakConnected, total.counters[RunCounterOffset.connected]);
      const drains = interval.stage === 'drain' || interval.toS >= drainAtS;
      const failed = thresholds.add({ ...interval, drains });
      listener.interval(interval, drains);
      if (failed === null) continue;
      failedThreshold = true;
      tell({ atS: interval.toS, text: endsRunText(failed.threshold) });
    }
  };
  const count = (tenure: Tenure, part: Interval | Delta) => {
    const delta = 'delta' in part ? part.delta : part;
    shares.count(tenure, delta);
    addCounters(counters, delta);
    listener.part(tenure, part);
  };
  /** An heir's first second is that which closes next. */
  const placed = (tenure: Tenure, interval: Interval): Interval => {
    const laterS = (tenure.laterS ??= Math.max(0, closer.next() - interval.index));
    if (laterS === 0) return interval;
    const [fromS, toS] = [interval.fromS + laterS, interval.toS + laterS];
    const stage = stageAt(plan, (fromS + toS) / 2, drainAtS);
    return { ...interval, index: interval.index + laterS, fromS, toS, stage };
  };
  const leave = (tenure: Tenure) => {
    closer.end(tenure.number, tenure.state === 'ended');
    emit(closer.take());
    listener.over(tenure);
  };
  const lose = (tenure: Tenure, why: string) => {
    const atS = closer.next();
    const unknown = shares.lose(tenure, why, atS);
    tell({ atS, text: lostText(tenure) });
    if (unknown !== null) {
      count(tenure, unknown);
      closer.add(unknown);
    }
    leave(tenure);
  };
  const end = (tenure: Tenure, shareEnd: ShareEnd) => {
    tenure.end = shareEnd;
    if (shareEnd.leaseLost) return lose(tenure, 'it could not renew its lease, and gave it up');
    tenure.state = 'ended';
    leave(tenure);
  };
  const hear = (tenure: Tenure, { mark, up }: DecodedUp) => {
    switch (up.type) {
      case 'began':
        tenure.beganAtMs = up.atMs;
        tenure.offset = up.offset;
        break;
      case 'offset':
        tenure.offset = up.offset;
        break;
      case 'intervals':
        for (const interval of up.intervals) {
          const there = placed(tenure, interval);
          count(tenure, there);
          tenure.judge.add(interval);
          closer.deliver(tenure.number, there);
        }
        emit(closer.take());
        break;
      case 'event':
        tell({ ...up.event, text: `agent ${tenure.agent}: ${up.event.text}` });
        break;
      case 'ledger':
        listener.ledger(up.text);
        break;
      case 'dropped':
        listener.dropped(tenure, up);
        break;
      case 'ended':
        tenure.last = { sequence: mark.sequence, end: up.end };
        break;
    }
    const { last, seen } = tenure;
    if (last !== null && seen.from > last.sequence) end(tenure, last.end);
  };
  /** All are waited for before the first of them is heard: a second is complete with all. */
  const hold = (holders: readonly Holder[]) => {
    const held = holders.map((holder) => {
      const one = shares.hold(holder);
      closer.begin(one.tenure.number);
      return one;
    });
    return () => {
      for (const { tenure, said } of held) {
        listener.hold(tenure);
        for (const message of said) {
          if (shares.accept(tenure.agent, message) === tenure) hear(tenure, message);
        }
      }
    };
  };
  const running = (share: number, epoch: number) => {
    const tenure = shares.current.get(share);
    return tenure?.epoch === epoch && tenure.state === 'running' ? tenure : null;
  };
  const apply = (note: Note) => {
    switch (note.note) {
      case 'here':
        return listener.here(note.session);
      case 'begin': {
        if (startedAtMs !== null) return;
        startedAtMs = note.atMs;
        const begin = hold(note.holders);
        listener.begin(note.atMs);
        return begin();
      }
      case 'holder':
        if (shares.current.get(note.holder.share)?.state === 'lost') hold([note.holder])();
        return;
      case 'lost': {
        const tenure = running(note.share, note.epoch);
        return tenure === null ? undefined : lose(tenure, note.why);
      }
      case 'close':
        return emit(closer.closeTo(note.index));
      case 'drain':
        drainAtS = Math.min(drainAtS, note.atS);
        return;
      case 'event':
        return note.session === session ? undefined : tell(note.event);
    }
  };
  const take = ({ agent, data }: LogEntry) => {
    if (agent === COORDINATOR) {
      const note = decodeNote(data);
      if (note === null) unreadable++;
      else apply(note);
      return;
    }
    const message = decoded(data, fleetCount);
    if (message === null) {
      unreadable++;
      return;
    }
    const { mark } = message;
    if (mark.epoch > (shares.current.get(mark.share)?.epoch ?? 0)) listener.early(agent, message);
    const tenure = shares.accept(agent, message);
    if (tenure !== null) hear(tenure, message);
  };
  return {
    ...{ shares, closer, thresholds, total, counters, events, take, apply },
    startedAtMs: () => startedAtMs,
    drainAtS: () => drainAtS,
    failedThreshold: () => failedThreshold,
    peakConnected: () => peakConnected,
    unreadable: () => unreadable,
    finish: () => emit(closer.flush()),
  };
}

/** null: nobody can read it. */
function decoded(data: Uint8Array, fleetCount: number): DecodedUp | null {
  try {
    return decodeUp(data, fleetCount);
  } catch {
    return null;
  }
}
