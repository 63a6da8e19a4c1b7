/**
 * All that is shown of a run, under way or over: what a live page is sent and what a report has in
 * it. Plain JSON without secrets. Types only reach the browser, so nothing here needs Node.
 */
import type { HealthCause, Verdict } from '../health/verdict.ts';
import type { ResultHeader } from '../result/types.ts';
import type { Curve } from './curve.ts';
import type { ErrorCount } from './errors.ts';
import type { Point } from './point.ts';
import type { RampSummary } from './ramp.ts';
import type { Row } from './rows.ts';

export interface RunView {
  readonly run: RunFacts;
  /** In their order. Of a run under way the last `LIVE_POINTS`. */
  readonly points: readonly Point[];
  /** Of the whole run so far: each action that was sent, then all together. */
  readonly rows: readonly Row[];
  /** The last row of the steady stage alone; null: there was none yet. */
  readonly steady: Row | null;
  readonly ramp: RampSummary;
  readonly errors: readonly ErrorCount[];
  /** Of a run under way empty: they cost what they are worth when it is over. */
  readonly curves: readonly Curve[];
  readonly events: readonly ViewEvent[];
  /** Of a run under way what was found so far; null: the run was killed before it had one. */
  readonly verdict: Verdict | null;
  /** What is wrong with the generator right now; null: nothing, or the run is over. */
  readonly trouble: HealthCause | null;
  /** Empty until the run is over. */
  readonly thresholds: readonly ThresholdView[];
  /** null: under way. */
  readonly end: EndView | null;
  /** Left out: this run cannot be controlled. */
  readonly control?: ControlView;
}

export type RunFacts = Omit<ResultHeader, 'schema' | 'layout' | 'parts' | 'share' | 'runId'> & {
  readonly id: string;
};

export interface ViewEvent {
  readonly atS: number;
  readonly text: string;
}

export interface ThresholdView {
  /** `ocpp_call_duration{action:Authorize}`, and `p(99)<500` with its window. */
  readonly selector: string;
  readonly condition: string;
  readonly passed: boolean;
  /** `p(99) = 11.2 ms`; what was measured, in words. */
  readonly measured: string;
}

export interface ControlView {
  /** Fleets to which cars come: the others keep the pace of their lives. */
  readonly arrivals: readonly string[];
  readonly paused: boolean;
  /** Of the planned rate of arrivals. */
  readonly factor: number;
}

export interface EndView {
  /** `killed`: by whoever did not let it write its end. */
  readonly ending: string;
  /** null: of one that was killed nothing more is known. */
  readonly exitCode: number | null;
  readonly causes: readonly string[];
  readonly rampS: number;
  readonly warmupS: number;
  readonly steadyS: number;
  readonly drainS: number;
}

/** What changed since the last message: a point and an event are added, the rest replaces. */
export type Update = Partial<Omit<RunView, 'run' | 'points' | 'events'>> & {
  readonly point?: Point;
  readonly event?: ViewEvent;
};

/** A quarter of an hour: what a page keeps of a run under way. The result file keeps all. */
export const LIVE_POINTS = 900;
export const LIVE_EVENTS = 200;

export function applyUpdate(view: RunView, { point, event, ...rest }: Update): RunView {
  const { points, events } = view;
  return {
    ...view,
    ...rest,
    points: point === undefined ? points : [...points, point].slice(-LIVE_POINTS),
    events: event === undefined ? events : [...events, event].slice(-LIVE_EVENTS),
  };
}
