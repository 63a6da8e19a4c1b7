/** What a judge adds up while a run goes on; none of it grows with the length of the run. */
import { HDR_SLOTS, hdrIndex, hdrValueUs } from '../snapshot/slots.ts';
import type { Limit } from './limits.ts';

export interface Span {
  readonly fromS: number;
  readonly toS: number;
}

/** Time that lay above a limit: how much, from its first moment to its last, and value x time. */
export interface Above {
  totalS: number;
  fromS: number;
  toS: number;
  area: number;
}

const noTime = (): Above => ({ totalS: 0, fromS: Number.POSITIVE_INFINITY, toS: 0, area: 0 });

export function addAbove(above: Above, { fromS, toS }: Span, value: number): void {
  above.totalS += toS - fromS;
  above.fromS = Math.min(above.fromS, fromS);
  above.toS = Math.max(above.toS, toS);
  above.area += value * (toS - fromS);
}

/** A value that holds for an interval, such as a worker's utilisation. */
export interface TimeGauge {
  /** Time for which there was a value, and value x time. */
  knownS: number;
  area: number;
  readonly degraded: Above;
  readonly invalid: Above;
}

export const timeGauge = (): TimeGauge => ({
  ...{ knownS: 0, area: 0, degraded: noTime(), invalid: noTime() },
});

export function addValue(gauge: TimeGauge, limit: Limit, span: Span, value: number): void {
  gauge.knownS += span.toS - span.fromS;
  gauge.area += value * (span.toS - span.fromS);
  if (value > limit.degraded) addAbove(gauge.degraded, span, value);
  if (value > limit.invalid) addAbove(gauge.invalid, span, value);
}

export const meanOf = ({ area, knownS }: TimeGauge): number => (knownS > 0 ? area / knownS : 0);

/** Delays, and when more than a hundredth of an interval's were above the limit. */
export interface DelayGauge {
  readonly slots: Float64Array;
  count: number;
  readonly degraded: Above;
  readonly invalid: Above;
}

export const delayGauge = (): DelayGauge => ({
  ...{ slots: new Float64Array(HDR_SLOTS), count: 0, degraded: noTime(), invalid: noTime() },
});

/** As a `HistogramDelta` has it. */
export interface Delays {
  readonly slots: Uint32Array;
  readonly counts: Float64Array;
}

export const SHARE_ABOVE = 0.01;

export function addDelays(gauge: DelayGauge, limitMs: Limit, span: Span, delays: Delays): void {
  let count = 0;
  for (let i = 0; i < delays.slots.length; i++) {
    gauge.slots[delays.slots[i]] += delays.counts[i];
    count += delays.counts[i];
  }
  gauge.count += count;
  for (const level of ['degraded', 'invalid'] as const) {
    const above = countAbove(delays, limitMs[level]);
    if (above > count * SHARE_ABOVE) addAbove(gauge[level], span, limitMs[level]);
  }
}

export function countAbove({ slots, counts }: Delays, limitMs: number): number {
  const limit = hdrIndex(limitMs * 1000);
  return counts.reduce((sum, count, i) => (slots[i] > limit ? sum + count : sum), 0);
}

/** So many values at least must be above a quantile: fewer are one hiccup, not the run. */
export const FEWEST_ABOVE = 10;

/** The share of values below which the judged quantile lies: 0.99 from 1 000 values on. */
export const judgedQuantile = (count: number): number =>
  1 - Math.min(1, Math.max(SHARE_ABOVE, FEWEST_ABOVE / count));

/** The p99 in ms; of few values a lower quantile, with `FEWEST_ABOVE` values above it. */
export function highDelayMs({ slots, count }: Pick<DelayGauge, 'slots' | 'count'>): number {
  let left = Math.max(count * SHARE_ABOVE, FEWEST_ABOVE);
  for (let k = HDR_SLOTS - 1; k >= 0; k--) {
    left -= slots[k];
    if (left < 0) return hdrValueUs(k) / 1000;
  }
  return 0;
}

/** Events, and when there were any. */
export interface EventGauge {
  count: number;
  fromS: number;
  toS: number;
}

export const eventGauge = (): EventGauge => ({ count: 0, fromS: Number.POSITIVE_INFINITY, toS: 0 });

export function addEvents(gauge: EventGauge, { fromS, toS }: Span, count: number): void {
  if (count <= 0) return;
  gauge.count += count;
  gauge.fromS = Math.min(gauge.fromS, fromS);
  gauge.toS = Math.max(gauge.toS, toS);
}
