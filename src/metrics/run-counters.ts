import type { RunCounter } from '../snapshot/layout.ts';
import { runCounter } from '../snapshot/snapshot.ts';
import type { NumberMetric } from './metric.ts';

/** Reads a number that a run counts once. */
export const counted =
  (name: RunCounter): NumberMetric['read'] =>
  (snapshot) =>
    runCounter(snapshot, name);

/** Reads one of several numbers, by the label `by`; without it their sum. */
export function countedBy<Value extends string>(
  by: 'reason' | 'outcome',
  counters: Readonly<Record<Value, RunCounter>>,
): { readonly values: readonly Value[]; readonly read: NumberMetric['read'] } {
  const values = Object.keys(counters) as Value[];
  return {
    values,
    read: (snapshot, { labels }) =>
      (labels[by] === undefined ? values : [labels[by] as Value]).reduce(
        (sum, value) => sum + runCounter(snapshot, counters[value]),
        0,
      ),
  };
}
