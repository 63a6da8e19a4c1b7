/**
 * What the log of a run says, entry by entry: a function of its entries alone, so a coordinator
 * that reads it again from the first comes to the same seconds, events and sums.
 */

import { UserError } from '../base/errors.ts';
import type { LogEntry } from '../bus/bus.ts';
import type { RunEvent } from '../fleet/result.ts';
import { planThresholds } from '../fleet/thresholds.ts';
import type { Verdict } from '../health/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanText } from '../report/clean.ts';
import { plural } from '../report/numbers.ts';
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
import { hasOurLayout } from './layout.ts';
import { COORDINATOR, decodeNote, type Holder, type Note } from './notes.ts';
import { type Shares, sharesOf, type Tenure } from './shares.ts';
import { stageAt } from './stage.ts';
import { lostText } from './words.ts';

/** Is told what the log says, in the order in which it becomes known. */
export interface LogListener {
  here(session: string): void;
  /** Somebody says something of an epoch that is yet to begin. */
  early(agent: string, message: DecodedUp): void;
  begin(atMs: number): void;
  /** A second has closed. */
  interval(interval: Interval): void;
  event(event: RunEvent): void;
  ledger(text: string): void;
  dropped(tenure: Tenure, answer: { draw: number; dropped: number; open: number }): void;
  hold(tenure: Tenure): void;
  /** What a share counted, second by second; what it had not ended when it was lost. */
  part(tenure: Tenure, part: Interval | Delta): void;
  /** It has ended, or was lost: `tenure.state` says which. */
  over(tenure: Tenure): void;
}

/** What is known of a run from its log. */
export interface RunLog {
  readonly plan: Plan;
  readonly shares: Shares;
  readonly closer: Closer;
  readonly thresholds: Evaluator;
  /** Of all seconds that have closed. */
  readonly total: Snapshot;
  /** Of all that was delivered. */
  readonly counters: Float64Array;
  readonly events: RunEvent[];
  /** When the run began, ms since 1970; null: it has not. */
  startedAtMs: number | null;
  /** When the drain begins or began, seconds. */
  drainAtS: number;
  /** A threshold has ended the run. */
  failedThreshold: boolean;
  peakConnected: number;
  /** Entries that nobody can read. */
  unreadable: number;
}

/** A log as it is read. */
export interface LogReader {
  readonly log: RunLog;
  take(entry: LogEntry): void;
  apply(note: Note): void;
  /** Closes what is left: all shares have ended or are lost. */
  finish(): void;
}

interface Reading {
  readonly log: RunLog;
  readonly listener: LogListener;
  readonly session: string;
}

/** @param session of the coordinator that reads: it has told its own events itself. */
export function readLog(plan: Plan, session: string, listener: LogListener): LogReader {
  const fleetCount = plan.fleets.length;
  const total = emptySnapshot(fleetCount);
  const { rampNs, warmupNs, steadyNs } = plan.stages;
  const log: RunLog = {
    plan,
    shares: sharesOf(plan),
    closer: closeIntervals(),
    thresholds: planThresholds(plan),
    total,
    counters: new Float64Array(total.counters.length),
    events: [],
    startedAtMs: null,
    drainAtS: (rampNs + warmupNs + steadyNs) / 1e9,
    failedThreshold: false,
    peakConnected: 0,
    unreadable: 0,
  };
  const reading = { log, listener, session };
  return {
    log,
    take: (entry) => take(reading, entry),
    apply: (note) => apply(reading, note),
    finish() {
      close(reading, log.closer.flush());
      tellRefused(reading);
    },
  };
}

function take(reading: Reading, { agent, data }: LogEntry): void {
  const { log, listener } = reading;
  if (agent === COORDINATOR) {
    const note = decodeNote(data);
    if (note === null) log.unreadable++;
    else apply(reading, note);
    return;
  }
  const message = decoded(data, log.plan.fleets.length);
  if (message === null) {
    log.unreadable++;
    return;
  }
  const { mark } = message;
  const known = log.shares.current.get(mark.share)?.epoch ?? 0;
  if (mark.epoch > known) listener.early(agent, message);
  const tenure = log.shares.accept(agent, message);
  if (tenure !== null) hear(reading, tenure, message);
}

/** null: nobody can read it. */
function decoded(data: Uint8Array, fleetCount: number): DecodedUp | null {
  try {
    return decodeUp(data, fleetCount);
  } catch {
    return null;
  }
}

function apply(reading: Reading, note: Note): void {
  const { log, listener, session } = reading;
  const { current } = log.shares;
  switch (note.note) {
    case 'here':
      listener.here(note.session);
      break;
    case 'begin':
      if (log.startedAtMs === null) begin(reading, note.atMs, note.holders);
      break;
    case 'holder':
      if (current.get(note.holder.share)?.state === 'lost') hold(reading, [note.holder])();
      break;
    case 'lost': {
      const tenure = current.get(note.share);
      const is = tenure?.epoch === note.epoch && tenure.state === 'running';
      if (is) lose(reading, tenure, note.why, note.atS);
      break;
    }
    case 'close':
      close(reading, log.closer.closeTo(note.index));
      break;
    case 'drain':
      log.drainAtS = Math.min(log.drainAtS, note.atS);
      break;
    case 'event':
      if (note.session !== session) tell(reading, note.event);
  }
}

function begin(reading: Reading, atMs: number, holders: readonly Holder[]): void {
  reading.log.startedAtMs = atMs;
  const hear = hold(reading, holders);
  reading.listener.begin(atMs);
  hear();
}

function tell({ log, listener }: Reading, event: RunEvent): void {
  log.events.push(event);
  listener.event(event);
}

/** What was said by nobody of this run, or by nobody in their senses. */
function tellRefused(reading: Reading): void {
  const { shares, unreadable, closer } = reading.log;
  const strangers = shares.strangers();
  const refused = [
    ...(strangers > 0 ? [`${plural(strangers, 'second')} of strangers`] : []),
    ...(unreadable > 0 ? [`${plural(unreadable, 'message')} that nobody can read`] : []),
  ];
  if (refused.length === 0) return;
  tell(reading, { atS: closer.next(), text: `refused: ${refused.join(', ')}` });
}

/** Whatever closed is looked at, and passed on. */
function close(reading: Reading, intervals: readonly Interval[]): void {
  const { log, listener } = reading;
  for (const interval of intervals) {
    addDelta(log.total, interval.delta);
    const connected = log.total.counters[RunCounterOffset.connected];
    log.peakConnected = Math.max(log.peakConnected, connected);
    const drains = interval.stage === 'drain' || interval.toS >= log.drainAtS;
    const failed = log.thresholds.add({ ...interval, drains });
    listener.interval(interval);
    if (failed === null) continue;
    log.failedThreshold = true;
    tell(reading, { atS: interval.toS, text: endsRunText(failed.threshold) });
  }
}

/** Whoever began the run had the layout of its agents: it is resumed by another version. */
const otherLayout = (tool: string) =>
  new UserError(
    `the agents of this run are ocpp-load ${tool}, which counts otherwise`,
    'resume it with the version that began it',
  );

/** All are waited for before the first of them is heard: a second is complete with all. */
function hold(reading: Reading, holders: readonly Holder[]): () => void {
  const { log, listener } = reading;
  const held = holders.map((holder) => {
    const one = log.shares.hold(holder);
    const { header } = one.tenure;
    if (header !== null && !hasOurLayout(header)) throw otherLayout(header.tool);
    log.closer.begin(one.tenure.number);
    return one;
  });
  return () => {
    for (const { tenure, said } of held) {
      listener.hold(tenure);
      for (const message of said) {
        if (log.shares.accept(tenure.agent, message) === tenure) hear(reading, tenure, message);
      }
    }
  };
}

function hear(reading: Reading, tenure: Tenure, { mark, up }: DecodedUp): void {
  const { listener } = reading;
  switch (up.type) {
    case 'began':
      tenure.beganAtMs = up.atMs;
      tenure.offset = up.offset;
      break;
    case 'offset':
      tenure.offset = up.offset;
      break;
    case 'intervals':
      deliver(reading, tenure, up.intervals);
      break;
    case 'event':
      tell(reading, { ...up.event, text: `agent ${tenure.agent}: ${up.event.text}` });
      break;
    case 'ledger':
      listener.ledger(up.text);
      break;
    case 'dropped':
      listener.dropped(tenure, up);
      break;
    case 'ended':
      tenure.last = { sequence: mark.sequence, end: { ...up.end, verdict: shown(up.end.verdict) } };
      break;
  }
  const { last, seen } = tenure;
  if (last !== null && seen.from > last.sequence) end(reading, tenure, last.end);
}

/** As every report may show it, whatever an agent wrote there. */
const shown = (verdict: Verdict): Verdict => ({
  ...verdict,
  findings: verdict.findings.map((finding) => ({
    ...finding,
    text: cleanText(finding.text),
    fix: cleanText(finding.fix),
  })),
});

function deliver(reading: Reading, tenure: Tenure, intervals: readonly Interval[]): void {
  const { closer } = reading.log;
  for (const interval of intervals) {
    const there = placed(reading.log, tenure, interval);
    count(reading, tenure, there);
    tenure.judge.add(interval);
    closer.deliver(tenure.number, there);
  }
  close(reading, closer.take());
}

/** An heir's first second is that which closes next. */
function placed({ plan, closer, drainAtS }: RunLog, tenure: Tenure, interval: Interval): Interval {
  const laterS = (tenure.laterS ??= Math.max(0, closer.next() - interval.index));
  if (laterS === 0) return interval;
  const [fromS, toS] = [interval.fromS + laterS, interval.toS + laterS];
  const stage = stageAt(plan, (fromS + toS) / 2, drainAtS);
  return { ...interval, index: interval.index + laterS, fromS, toS, stage };
}

function count({ log, listener }: Reading, tenure: Tenure, part: Interval | Delta): void {
  const delta = 'delta' in part ? part.delta : part;
  log.shares.count(tenure, delta);
  addCounters(log.counters, delta);
  listener.part(tenure, part);
}

function end(reading: Reading, tenure: Tenure, shareEnd: ShareEnd): void {
  tenure.end = shareEnd;
  if (shareEnd.leaseLost || shareEnd.stopped) {
    const why = shareEnd.leaseLost ? 'it could not renew its lease' : 'it was told to leave';
    lose(reading, tenure, why, reading.log.closer.next());
    return;
  }
  tenure.state = 'ended';
  // What its agent could not end has no fate there either.
  if (shareEnd.ending === 'shardError') owe(reading, tenure);
  leave(reading, tenure);
}

function lose(reading: Reading, tenure: Tenure, why: string, atS: number): void {
  reading.log.shares.lose(tenure, why, atS);
  tell(reading, { atS, text: lostText(tenure) });
  owe(reading, tenure);
  leave(reading, tenure);
}

function owe(reading: Reading, tenure: Tenure): void {
  const { shares, closer } = reading.log;
  const unknown = shares.owed(tenure);
  if (unknown === null) return;
  count(reading, tenure, unknown);
  closer.add(unknown);
}

function leave(reading: Reading, tenure: Tenure): void {
  const { closer } = reading.log;
  closer.end(tenure.number, tenure.state === 'ended');
  close(reading, closer.take());
  reading.listener.over(tenure);
}
