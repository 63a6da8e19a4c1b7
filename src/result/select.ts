/** A part of a run: a stretch of time, and some of its CALLs. Sums of intervals, so exact. */
import { ACTIONS } from '../ocpp/actions.ts';
import type { Interval } from '../series/interval.ts';
import { type CallPlace, onlyCalls } from '../snapshot/calls.ts';
import { addDelta } from '../snapshot/delta.ts';
import { emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import type { ResultFile, ResultHeader } from './types.ts';

export const WHERE_LABELS = ['action', 'fleet', 'stage'] as const;
export type WhereLabel = (typeof WHERE_LABELS)[number];
/** CALLs are kept by these; `other` is ramp, warm-up and drain. By the class in `layout.ts`. */
export const STAGE_VALUES = ['other', 'steady'] as const;

/** Values that are wanted, by label; a label that is missing wants all. */
export type Where = Readonly<Partial<Record<WhereLabel, readonly string[]>>>;

export interface Window {
  /** Seconds since the start of the run. */
  readonly fromS: number;
  readonly toS: number;
}

export interface Part {
  /** As the intervals lie that were taken. */
  readonly window: Window;
  /** What was asked for, as far as the run goes. */
  readonly asked: Window;
  readonly intervals: number;
  /** Seconds of the steady stage in it. */
  readonly steadyS: number;
  readonly snapshot: Snapshot;
}

/** The values that a label can have in a run. */
export function valuesOf(label: WhereLabel, { fleets }: ResultHeader): readonly string[] {
  if (label === 'action') return ACTIONS;
  return label === 'stage' ? STAGE_VALUES : fleets.map(({ name }) => name);
}

/** An interval is in a window when its middle is: they end some milliseconds late. */
export function isIn({ fromS, toS }: Window, interval: Interval): boolean {
  const middleS = (interval.fromS + interval.toS) / 2;
  return middleS >= fromS && middleS < toS;
}

/** null when nothing of the run is in the window. */
export function partOf(result: ResultFile, window: Window, where: Where): Part | null {
  const { fleets } = result.header;
  const sum = emptySnapshot(fleets.length);
  let [fromS, toS, endS, count] = [Number.POSITIVE_INFINITY, 0, 0, 0];
  for (const interval of result.intervals()) {
    endS = interval.toS;
    if (!isIn(window, interval)) continue;
    addDelta(sum, interval.delta);
    fromS = Math.min(fromS, interval.fromS);
    toS = interval.toS;
    count++;
  }
  if (count === 0) return null;
  const all = Object.keys(where).length === 0;
  const snapshot = all ? sum : onlyCalls(sum, (place) => matches(place, where, result.header));
  return {
    window: { fromS, toS },
    asked: { ...window, toS: Math.min(window.toS, endS) },
    intervals: count,
    steadyS: steadySecondsIn({ fromS, toS }, result),
    snapshot,
  };
}

/** By the clock, as CALLs are counted as steady or not: intervals lie across its edges. */
function steadySecondsIn({ fromS, toS }: Window, { header, footer }: ResultFile): number {
  const { rampS, warmupS, steadyS } = footer ?? header.stages;
  const startS = rampS + warmupS;
  return Math.max(0, Math.min(toS, startS + steadyS) - Math.max(fromS, startS));
}

function matches(place: CallPlace, where: Where, { fleets }: ResultHeader): boolean {
  const values = {
    action: ACTIONS[place.action],
    stage: STAGE_VALUES[place.stage],
    fleet: fleets[place.fleet].name,
  };
  return WHERE_LABELS.every((label) => where[label]?.includes(values[label]) ?? true);
}
