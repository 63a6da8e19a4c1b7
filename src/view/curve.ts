/** Latency by percentile, up to the last CALL: what a figure such as p99 stands in. */
import { ACTIONS } from '../ocpp/actions.ts';
import type { HistogramDelta } from '../snapshot/delta.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import { percentileReader } from './percentiles.ts';
import { callHistograms } from './rows.ts';

/** Pairs of percentile and ms, flat, both rising; the last is 100 and the maximum. */
export type CurvePoints = readonly number[];

/** Of the steady stage. */
export interface Curve {
  /** `all`: of every action. */
  readonly action: string;
  readonly service: CurvePoints;
  readonly response: CurvePoints;
}

/** Points a factor of ten of what lies above a percentile: 90, 99, 99.9 are of them. */
const PER_DECADE = 10;

/** Actions without an answer in the steady stage are left out. */
export function curvesOf(snapshot: Snapshot): Curve[] {
  const curve = (action: string, numbers: readonly number[]): Curve => ({
    action,
    service: curveOf(callHistograms(snapshot, 'steady', numbers, 'service')),
    response: curveOf(callHistograms(snapshot, 'steady', numbers, 'response')),
  });
  const all = curve('all', [...ACTIONS.keys()]);
  const each = ACTIONS.map((action, number) => curve(action, [number]));
  return [all, ...each].filter(({ service, response }) => service.length + response.length > 0);
}

export function curveOf(histograms: readonly HistogramDelta[]): CurvePoints {
  const reader = percentileReader(histograms);
  if (reader === null) return [];
  const points: number[] = [];
  for (let k = 0; ; k++) {
    const above = 10 ** (-k / PER_DECADE);
    if (above * reader.count < 1) break;
    const percentile = Number((100 * (1 - above)).toPrecision(12));
    points.push(percentile, reader.at(percentile));
  }
  return [...points, 100, reader.at(100)];
}
