/** What the charts draw, from points: pure, so that a test can look at it. */

import { formatClock } from '../report/numbers.ts';
import type { Point } from '../view/point.ts';
import { formatValue, type Unit } from './format.ts';

export interface Series {
  readonly label: string;
  readonly x: readonly number[];
  readonly y: readonly (number | null)[];
  /** Of the palette of page.css, from 1. */
  readonly color: number;
  /** Of the run that this one is compared with: drawn dashed. */
  readonly base?: boolean;
  readonly area?: boolean;
}

export type Reader = (point: Point) => number | null | undefined;

/** A value stands where its interval ends. */
export function seriesOf(
  points: readonly Point[],
  label: string,
  color: number,
  read: Reader,
): Series {
  return { label, color, x: points.map(({ toS }) => toS), y: points.map((p) => read(p) ?? null) };
}

/** The other run's, under the same colour. */
export const asBase = (series: Series): Series => ({
  ...series,
  label: `base: ${series.label}`,
  base: true,
});

/**
 * Places of values without a neighbour, which no line would show: of an action that is sent now and
 * then all of them are. `undefined` is no gap, but a moment of another series.
 */
export function alone(values: ArrayLike<number | null | undefined>): number[] {
  const moments = Array.from(values, (value, place) => ({ value, place })).filter(({ value }) => {
    return value !== undefined;
  });
  return moments.flatMap(({ value, place }, i) => {
    const neighbours = [moments[i - 1], moments[i + 1]];
    const single = neighbours.every((each) => (each?.value ?? null) === null);
    return value !== null && single ? [place] : [];
  });
}

export interface Span {
  readonly name: string;
  readonly fromS: number;
  readonly toS: number;
}

/** Stages, as the points lie in them. */
export function stageSpans(points: readonly Point[]): Span[] {
  const spans: Span[] = [];
  for (const { stage, fromS, toS } of points) {
    const last = spans.at(-1);
    if (last?.name === stage) spans[spans.length - 1] = { ...last, toS };
    else spans.push({ name: stage, fromS, toS });
  }
  return spans;
}

/** One sentence a series, for those who do not see the picture. */
export function describeSeries(series: readonly Series[], unit: Unit): string {
  const sentences = series.map(({ label, x, y }) => {
    const known = y.flatMap((value, i) => (value === null ? [] : [{ value, atS: x[i] }]));
    if (known.length === 0) return `${label}: nothing measured.`;
    const lowest = known.reduce((a, b) => (b.value < a.value ? b : a));
    const highest = known.reduce((a, b) => (b.value > a.value ? b : a));
    const [low, high] = [formatValue(lowest.value, unit), formatValue(highest.value, unit)];
    const last = formatValue(known[known.length - 1].value, unit);
    return `${label}: ${low} to ${high} (highest at ${formatClock(highest.atS)}), last ${last}.`;
  });
  return sentences.join(' ');
}

/** The places of at most `most` values of `count`, evenly, the last one among them. */
export function sampled(count: number, most: number): number[] {
  const step = Math.max(1, Math.ceil(count / most));
  const places = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  return places.at(-1) === count - 1 || count === 0 ? places : [...places, count - 1];
}

/** Names of actions, those that were sent most first. */
export function actionsOf(points: readonly Point[]): string[] {
  const sent = new Map<string, number>();
  for (const { actions, fromS, toS } of points) {
    for (const [name, { sent: perS }] of Object.entries(actions)) {
      sent.set(name, (sent.get(name) ?? 0) + perS * (toS - fromS));
    }
  }
  return [...sent].sort(([, a], [, b]) => b - a).map(([name]) => name);
}
