/** What a forecast comes to: means, peaks and patterns of its seconds. Rates are a second. */
import { ACTIONS, type Action } from '../ocpp/actions.ts';
import type { Plan } from '../plan/plan.ts';
import type { Outage } from './assumed.ts';
import { type BinColumn, BinColumnIndex, type Bins, callsOf, columnOf } from './bins.ts';
import {
  foldOf,
  meanOf,
  type Pattern,
  type Peak,
  peakMinute,
  peakOf,
  type Range,
} from './series.ts';

export interface RateFigures {
  /** In the whole run, its drain included. */
  readonly total: number;
  /** In the ordinary seconds; null: there are none. */
  readonly mean: number | null;
  readonly peakSecond: Peak | null;
  readonly peakMinute: Peak | null;
}

export interface StormFigures {
  readonly connects: Peak;
  readonly calls: Peak;
  readonly boots: Peak;
  /** CALLs a second in the busiest minute. */
  readonly callsMinute: Peak | null;
  /** Seconds since the start until so many chargers were connected; null: they were not. */
  readonly connectedS: Quantiles;
}

export type Quantiles = Readonly<Record<'p50' | 'p90' | 'p99' | 'all', number | null>>;

export interface OutageFigures {
  readonly fromS: number;
  readonly toS: number;
  readonly cut: number;
  readonly callsLost: number;
  /** While the target is away. */
  readonly refused: number;
  readonly refusedPeak: Peak | null;
  /** From its return on. */
  readonly connects: Peak | null;
  readonly calls: Peak | null;
  readonly callsMinute: Peak | null;
  /** Seconds since its return until so many of those who were cut are connected again. */
  readonly backS: Quantiles;
  /** Messages of transactions that wait when it is back, and seconds until they are delivered. */
  readonly queued: number;
  readonly deliveredS: number | null;
  /** Messages that are not caught up: Heartbeats, mostly. */
  readonly dropped: number;
}

export interface GaugeFigures {
  readonly mean: number | null;
  readonly peak: Peak | null;
}

export interface Figures {
  /** What is known: the whole run, or less after Ctrl-C. */
  readonly knownS: number;
  readonly isWhole: boolean;
  /** Seconds of the steady stage in which nothing special happens: without outage and return. */
  readonly ordinary: readonly Range[];
  readonly ordinaryS: number;
  readonly calls: RateFigures;
  readonly actions: Readonly<Partial<Record<Action, RateFigures>>>;
  readonly connects: RateFigures;
  readonly bytesUp: RateFigures;
  readonly bytesDown: RateFigures;
  readonly charging: GaugeFigures;
  readonly connected: GaugeFigures;
  readonly cars: { readonly arrived: number; readonly missed: number };
  /** CALLs in a day of ordinary seconds; null: there are none. */
  readonly callsPerDay: number | null;
  readonly boot: StormFigures;
  /** How the CALLs of ordinary seconds fall into a minute of the clock, and into a quarter hour. */
  readonly minute: Pattern | null;
  readonly quarterHour: Pattern | null;
  readonly outage: OutageFigures | null;
}

/** From here on a return is over: of those who were connected, and of the messages that wait. */
const ALL_BUT = 0.001;
const DAY_S = 86_400;

export function figuresOf(bins: Bins, plan: Plan, outage: Outage | null): Figures {
  const { rampNs, warmupNs } = plan.stages;
  const steadyS = Math.min(bins.seconds, Math.ceil((rampNs + warmupNs) / 1e9));
  const calls = callsOf(bins);
  const connected = columnOf(bins, 'connected');
  const interval = outageFigures(bins, outage, calls, connected);
  const ordinary = ordinaryRanges(steadyS, bins.seconds, interval);
  const rate = (values: Float64Array, rest: number): RateFigures => ({
    total: values.reduce((sum, value) => sum + value, 0) + rest,
    mean: meanOf(values, ordinary),
    peakSecond: peakOf(values, ordinary),
    peakMinute: peakMinute(values, ordinary),
  });
  const rateOf = (column: BinColumn) =>
    rate(columnOf(bins, column), bins.rest?.[BinColumnIndex[column]] ?? 0);
  const actions = ACTIONS.map((action) => [action, rateOf(action)] as const);
  const gauge = (values: Float64Array): GaugeFigures => ({
    mean: meanOf(values, ordinary),
    peak: peakOf(values, [{ fromS: 0, toS: bins.seconds }]),
  });
  const restCalls = actions.reduce((sum, [a]) => sum + (bins.rest?.[BinColumnIndex[a]] ?? 0), 0);
  const allCalls = rate(calls, restCalls);
  const total = (column: BinColumn) => rateOf(column).total;
  return {
    knownS: bins.seconds,
    isWhole: bins.rest !== null,
    ordinary,
    ordinaryS: ordinary.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0),
    calls: allCalls,
    actions: Object.fromEntries(actions.filter(([, { total }]) => total > 0)),
    connects: rateOf('connects'),
    bytesUp: rateOf('bytesUp'),
    bytesDown: rateOf('bytesDown'),
    charging: gauge(columnOf(bins, 'charging')),
    connected: gauge(connected),
    cars: { arrived: total('carsArrived'), missed: total('carsMissed') },
    callsPerDay: allCalls.mean === null ? null : allCalls.mean * DAY_S,
    boot: bootFigures(bins, plan, calls, connected),
    minute: foldOf(calls, ordinary, 60),
    quarterHour: foldOf(calls, ordinary, 900),
    outage: interval,
  };
}

function bootFigures(
  bins: Bins,
  { stages, chargerCount }: Plan,
  calls: Float64Array,
  connected: Float64Array,
): StormFigures {
  const rampS = Math.ceil(stages.rampNs / 1e9);
  const ranges = [{ fromS: 0, toS: Math.min(bins.seconds, rampS + 60) }];
  const zero = { perS: 0, atS: 0 };
  const peak = (values: Float64Array) => peakOf(values, ranges) ?? zero;
  return {
    connects: peak(columnOf(bins, 'connects')),
    calls: peak(calls),
    boots: peak(columnOf(bins, 'BootNotification')),
    callsMinute: peakMinute(calls, ranges),
    connectedS: quantilesOf(connected, 0, chargerCount),
  };
}

/** Seconds from `fromS` on until shares of `all` are reached. */
function quantilesOf(values: Float64Array, fromS: number, all: number): Quantiles {
  const first = (share: number) => {
    const wanted = Math.ceil(all * share);
    for (let s = fromS; s < values.length; s++) if (values[s] >= wanted) return s + 1 - fromS;
    return null;
  };
  return { p50: first(0.5), p90: first(0.9), p99: first(0.99), all: first(1) };
}

/** null: there is none, or the forecast did not come so far. */
function outageFigures(
  bins: Bins,
  outage: Outage | null,
  calls: Float64Array,
  connected: Float64Array,
): OutageFigures | null {
  if (outage === null) return null;
  const fromS = Math.floor(outage.fromNs / 1e9);
  const toS = Math.ceil(outage.toNs / 1e9);
  if (bins.seconds <= fromS) return null;
  const away = [{ fromS, toS: Math.min(bins.seconds, toS) }];
  const after = [{ fromS: Math.min(bins.seconds, toS), toS: bins.seconds }];
  const queued = columnOf(bins, 'queued');
  const refused = columnOf(bins, 'refused');
  const sum = (column: BinColumn, [range]: readonly Range[]) =>
    columnOf(bins, column)
      .subarray(range.fromS, range.toS)
      .reduce((all, value) => all + value, 0);
  const before = Math.max(0, fromS - 1);
  const level = Math.max(queued[before], connected[before] * ALL_BUT);
  const delivered = queued.findIndex((value, second) => second >= toS && value <= level);
  const both = [{ fromS, toS: bins.seconds }];
  return {
    fromS,
    toS,
    cut: sum('cut', away),
    callsLost: sum('lost', away),
    refused: sum('refused', both),
    refusedPeak: peakOf(refused, away),
    connects: peakOf(columnOf(bins, 'connects'), after),
    calls: peakOf(calls, after),
    callsMinute: peakMinute(calls, after),
    backS: quantilesOf(connected, toS, connected[before]),
    queued: toS <= bins.seconds ? queued[toS - 1] : 0,
    deliveredS: delivered < 0 ? null : delivered + 1 - toS,
    dropped: sum('dropped', both),
  };
}

/** The steady stage, without the outage and until everything is as it was. */
function ordinaryRanges(fromS: number, toS: number, outage: OutageFigures | null): Range[] {
  if (outage === null) return [{ fromS, toS }].filter((range) => range.fromS < range.toS);
  const { backS, deliveredS } = outage;
  const backAtS = backS.all === null ? toS : outage.toS + Math.max(backS.all, deliveredS ?? 0);
  return [
    { fromS, toS: Math.min(toS, outage.fromS) },
    { fromS: backAtS, toS },
  ].filter((range) => range.fromS < range.toS);
}
