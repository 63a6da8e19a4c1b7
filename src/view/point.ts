/**
 * One stretch of a run, mostly a second, as the figures that people look at: plain JSON, the same
 * on the terminal, the live page and the report.
 */
import type { HealthSample } from '../health/sample.ts';
import { ACTIONS } from '../ocpp/actions.ts';
import type { Interval, Stage } from '../series/interval.ts';
import { addDelta, type Delta, type HistogramDelta } from '../snapshot/delta.ts';
import {
  type CallCounter,
  type CallLatency,
  callOfHistogram,
  type RunCounter,
  runHistogram,
  STAGE_CLASSES,
  stageHistogram,
} from '../snapshot/layout.ts';
import {
  callCounts,
  connectFailures,
  disconnects,
  emptySnapshot,
  runCounter,
  type Snapshot,
} from '../snapshot/snapshot.ts';
import { type Heat, heatOf } from './heat.ts';
import { inFlightOf } from './in-flight.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

/** Rates are a second, latencies in ms. */
export interface Point {
  /** Seconds since the start of the run. */
  readonly fromS: number;
  readonly toS: number;
  readonly stage: Stage;
  /** At its end. */
  readonly chargers: ChargerCounts;
  readonly connects: { readonly upgraded: number; readonly failed: number };
  readonly disconnects: number;
  readonly calls: CallRates;
  /** By name, those that had any. */
  readonly actions: Readonly<Record<string, ActionPoint>>;
  /** At its end. */
  readonly inFlight: number;
  readonly queued: number;
  /** Of what ended in it; null: nothing did. */
  readonly service: Percentiles | null;
  readonly response: Percentiles | null;
  /** Response times, for a heat map. */
  readonly heat: Heat;
  readonly generator: GeneratorPoint;
}

/** Each charger is in one of connecting, connected, offline; booted: at least once. */
export interface ChargerCounts {
  readonly planned: number;
  readonly connecting: number;
  readonly connected: number;
  readonly offline: number;
  readonly booted: number;
  /** Connectors. */
  readonly charging: number;
}

export interface CallRates {
  /** Due: sent, or dropped at a limit. */
  readonly offered: number;
  readonly sent: number;
  readonly answered: number;
  readonly callError: number;
  readonly timedOut: number;
  readonly lost: number;
  readonly invalidReply: number;
  readonly refused: number;
}

export interface ActionPoint {
  readonly sent: number;
  readonly failed: number;
  readonly service: Percentiles | null;
  readonly response: Percentiles | null;
}

export interface GeneratorPoint {
  readonly lateness: Percentiles | null;
  readonly loopDelay: Percentiles | null;
  /** Of the busiest worker, 0 to 1; null: not measured. */
  readonly utilisation: number | null;
  readonly gcShare: number | null;
  /** Processors that this process used, 1 is one of them. */
  readonly cpus: number | null;
  readonly stealShare: number | null;
  readonly rssBytes: number | null;
}

export interface RunShape {
  readonly fleetCount: number;
  readonly planned: number;
}

/** Makes points of the intervals of a run, which it takes in their order. */
export function pointMaker({ fleetCount, planned }: RunShape): (interval: Interval) => Point {
  const total = emptySnapshot(fleetCount);
  let before = countsOf(total);
  return (interval) => {
    // Latencies are those of the interval alone: of what came before only counters are kept.
    addDelta(total, { ...interval.delta, histograms: [] });
    const after = countsOf(total);
    const point = pointOf(interval, { before, after, total, planned });
    before = after;
    return point;
  };
}

/** Digits beyond these would be half of what a page is sent. */
const rounded = (perS: number) => Math.round(perS * 1e4) / 1e4;

type Counts = ReturnType<typeof countsOf>;
const sum = (numbers: Readonly<Record<string, number>>) =>
  Object.values(numbers).reduce((total, n) => total + n, 0);

function countsOf(snapshot: Snapshot) {
  return {
    calls: callCounts(snapshot, 'whole'),
    actions: ACTIONS.map((_, action) => callCounts(snapshot, 'whole', action)),
    upgraded: runCounter(snapshot, 'connectsUpgraded'),
    connectsFailed: sum(connectFailures(snapshot)),
    disconnects: sum(disconnects(snapshot)),
  };
}

interface Around {
  readonly before: Counts;
  readonly after: Counts;
  readonly total: Snapshot;
  readonly planned: number;
}

function pointOf(interval: Interval, { before, after, total, planned }: Around): Point {
  const { fromS, toS, stage, delta, health } = interval;
  const seconds = Math.max(toS - fromS, 1e-3);
  const perS = (later: number, earlier: number) => rounded(Math.max(0, later - earlier) / seconds);
  const rate = (name: CallCounter) => perS(after.calls[name], before.calls[name]);
  const latency = latencyReader(delta.histograms);
  return {
    ...{ fromS, toS, stage },
    chargers: chargersOf(total, planned),
    connects: {
      upgraded: perS(after.upgraded, before.upgraded),
      failed: perS(after.connectsFailed, before.connectsFailed),
    },
    disconnects: perS(after.disconnects, before.disconnects),
    calls: {
      offered: rate('sent') + rate('dropped'),
      sent: rate('sent'),
      answered: rate('answered'),
      callError: rate('callError'),
      timedOut: rate('timedOut'),
      lost: rate('lost'),
      invalidReply: rate('invalidReply'),
      refused: rate('refused'),
    },
    actions: actionsOf(before, after, { perS, latency }),
    inFlight: inFlightOf(after.calls),
    queued: runCounter(total, 'ledgerQueued'),
    service: percentilesOf(latency('service')),
    response: percentilesOf(latency('response')),
    heat: heatOf(latency('response')),
    generator: generatorOf(delta, health, seconds),
  };
}

/** Now, of all that was counted so far. */
export function chargersOf(total: Snapshot, planned: number): ChargerCounts {
  const of = (name: RunCounter) => runCounter(total, name);
  const failed = sum(connectFailures(total));
  const ended = of('connectsUpgraded') + failed + of('connectsAbandoned');
  const connected = of('connected');
  const connecting = Math.min(planned - connected, Math.max(0, of('connectsAttempted') - ended));
  return {
    ...{ planned, connecting, connected, offline: planned - connected - connecting },
    ...{ booted: of('booted'), charging: of('charging') },
  };
}

type LatencyReader = (latency: CallLatency, action?: number) => HistogramDelta[];

/** Finds the histograms of an action, or of all of them, of all stages and fleets. */
export function latencyReader(histograms: Delta['histograms']): LatencyReader {
  const calls = histograms.map(({ histogram }) => callOfHistogram(histogram));
  return (latency, action) =>
    histograms.filter((_, i) => {
      const call = calls[i];
      return call?.latency === latency && (action === undefined || call.action === action);
    });
}

function actionsOf(
  before: Counts,
  after: Counts,
  { perS, latency }: { perS: (a: number, b: number) => number; latency: LatencyReader },
): Readonly<Record<string, ActionPoint>> {
  const points: Record<string, ActionPoint> = {};
  for (const [action, name] of ACTIONS.entries()) {
    const [now, then] = [after.actions[action], before.actions[action]];
    if (now.sent === 0) continue;
    const failed = (c: typeof now) => c.callError + c.timedOut + c.lost + c.invalidReply;
    points[name] = {
      sent: perS(now.sent, then.sent),
      failed: perS(failed(now), failed(then)),
      service: percentilesOf(latency('service', action)),
      response: percentilesOf(latency('response', action)),
    };
  }
  return points;
}

const LATENESS = Array.from({ length: STAGE_CLASSES }, (_, stage) =>
  stageHistogram(stage, 'lateness'),
);
const LOOP_DELAY = [runHistogram('loopDelay')];

function generatorOf({ histograms }: Delta, health: HealthSample | null, seconds: number) {
  const of = (numbers: readonly number[]) =>
    percentilesOf(histograms.filter(({ histogram }) => numbers.includes(histogram)));
  const ms = seconds * 1000;
  return {
    lateness: of(LATENESS),
    loopDelay: of(LOOP_DELAY),
    utilisation: health && Math.max(0, ...health.utilisation),
    gcShare: health && Math.max(0, ...health.gcTotalMs) / ms,
    cpus: health && health.cpuMs / ms,
    stealShare: health?.stealShare ?? null,
    rssBytes: health?.rssBytes ?? null,
  };
}
