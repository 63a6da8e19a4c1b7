/**
 * What the tabs are told of a run: the whole view at first, then what changes. Each part is made
 * into text once, whoever reads it; what only a tab needs is not made while there is none.
 */
import type { HealthCause, Verdict } from '../health/verdict.ts';
import { SOUND } from '../health/verdict.ts';
import type { Interval } from '../series/interval.ts';
import { errorsOf } from '../view/errors.ts';
import { pointMaker } from '../view/point.ts';
import {
  type ControlView,
  LIVE_EVENTS,
  LIVE_POINTS,
  type RunFacts,
  type RunView,
  type Update,
  type ViewEvent,
} from '../view/run-view.ts';
import { type RunningRows, runningRows } from '../view/running-rows.ts';

export interface Feed {
  /** The whole RunView as JSON. */
  view(): string;
  /** An Update as JSON; null: not `wanted`, which saves the making of it. */
  interval(interval: Interval, wanted: boolean): string | null;
  event(event: ViewEvent): string;
  judged(judged: Judged): void;
  control(control: ControlView): string;
  end(end: Ended): string;
}

export interface Judged {
  readonly trouble: HealthCause | null;
  readonly verdict: Verdict;
}

export type Ended = Pick<RunView, 'verdict' | 'thresholds' | 'end' | 'curves'>;

/** @param control null: the run cannot be controlled. */
export function liveFeed(run: RunFacts, control: ControlView | null): Feed {
  const shape = { fleetCount: run.fleets.length, planned: run.chargerCount };
  const pointOf = pointMaker(shape);
  const running = runningRows(shape.fleetCount, shape.planned);
  const points: string[] = [];
  let view: Omit<RunView, 'points' | keyof Sums> = {
    ...{ run, curves: [], events: [], thresholds: [] },
    ...{ verdict: SOUND, trouble: null, end: null },
    ...(control && { control }),
  };
  let sums: Sums | null = null;
  const change = (update: Partial<typeof view>): string => {
    view = { ...view, ...update };
    return JSON.stringify(update satisfies Update);
  };
  const sumsNow = () => (sums ??= sumsOf(running));
  return {
    view: () => withFirst('points', `[${points}]`, JSON.stringify({ ...view, ...sumsNow() })),
    interval(interval, wanted) {
      running.add(interval.delta);
      sums = null;
      const point = JSON.stringify(pointOf(interval));
      points.push(point);
      if (points.length > LIVE_POINTS) points.shift();
      if (!wanted) return null;
      const { trouble, verdict } = view;
      return withFirst('point', point, JSON.stringify({ trouble, verdict, ...sumsNow() }));
    },
    event(event) {
      view = { ...view, events: [...view.events, event].slice(-LIVE_EVENTS) };
      return JSON.stringify({ event } satisfies Update);
    },
    judged({ trouble, verdict }) {
      view = { ...view, trouble, verdict };
    },
    control: (state) => change({ control: state }),
    end: (end) => change({ ...end, trouble: null }),
  };
}

/** What is of the whole run so far. */
type Sums = Pick<RunView, 'rows' | 'steady' | 'ramp' | 'errors'>;

const sumsOf = ({ rows, steady, ramp, counted }: RunningRows): Sums => ({
  ...{ rows: rows(), steady: steady(), ramp: ramp(), errors: errorsOf(counted) },
});

/** `{"key":value,...}`: what is text already is not made again. */
const withFirst = (key: string, value: string, rest: string) =>
  `{"${key}":${value},${rest.slice(1)}`;
