import { type RunCounter, RunCounterOffset } from '../snapshot/layout.ts';
import type { NumberMetric, Part } from './metric.ts';

/** A number that a run counts once. */
export const counted = (name: RunCounter): NumberMetric['counters'] => {
  const place = [RunCounterOffset[name]];
  return () => place;
};

/** One of several numbers, by the label `by`; without it all of them. */
export function countedBy<Value extends string>(
  by: 'reason' | 'outcome',
  counters: Readonly<Record<Value, RunCounter>>,
): { readonly values: readonly Value[]; readonly counters: NumberMetric['counters'] } {
  const places = Object.fromEntries(
    Object.entries<RunCounter>(counters).map(([value, name]) => [value, RunCounterOffset[name]]),
  );
  return {
    values: Object.keys(counters) as Value[],
    counters: (_, { labels }) => placesOf(places, labels[by]),
  };
}

/** The place of one value; without a value those of all. */
export const placesOf = (
  places: Readonly<Record<string, number>>,
  value: Part['labels'][keyof Part['labels']],
): readonly number[] => (value === undefined ? Object.values(places) : [places[value]]);
