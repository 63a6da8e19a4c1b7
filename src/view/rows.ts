/** The table of CALLs: a row an action, and one of all. */
import { ACTIONS } from '../ocpp/actions.ts';
import type { HistogramDelta } from '../snapshot/delta.ts';
import {
  type CallCounter,
  type CallLatency,
  callHistogram,
  STAGE_CLASSES,
  STAGE_STEADY,
} from '../snapshot/layout.ts';
import { callCounts, type Scope, type Snapshot } from '../snapshot/snapshot.ts';
import { inFlightOf } from './in-flight.ts';
import { type Percentiles, percentilesOf, sparse } from './percentiles.ts';

export interface Row extends Readonly<Record<CallCounter, number>> {
  /** `all`: of every action. */
  readonly action: string;
  /** ms; null: nothing ended. */
  readonly service: Percentiles | null;
  readonly response: Percentiles | null;
}

/** Of actions that were sent, or ought to have been; then all together. */
export function rowsOf(snapshot: Snapshot, scope: Scope = 'whole'): Row[] {
  const found = ACTIONS.map((_, action) => latenciesOf(snapshot, scope, [action]));
  const rows = ACTIONS.map((name, action) => {
    return { action: name, ...countsOf(snapshot, scope, action), ...percentiles(found[action]) };
  });
  const used = rows.filter(({ sent, dropped, unsent }) => sent + dropped + unsent > 0);
  const all = {
    service: found.flatMap(({ service }) => service),
    response: found.flatMap(({ response }) => response),
  };
  return [...used, { action: 'all', ...countsOf(snapshot, scope), ...percentiles(all) }];
}

/** With what is in flight now. */
export function countsOf(snapshot: Snapshot, scope: Scope, action?: number) {
  const counts = callCounts(snapshot, scope, action);
  return { ...counts, inFlight: inFlightOf(counts) };
}

type Latencies = Readonly<Record<CallLatency, readonly HistogramDelta[]>>;

const latenciesOf = (snapshot: Snapshot, scope: Scope, actions: readonly number[]) => ({
  service: callHistograms(snapshot, scope, actions, 'service'),
  response: callHistograms(snapshot, scope, actions, 'response'),
});

const percentiles = ({ service, response }: Pick<Latencies, 'service' | 'response'>) => ({
  service: percentilesOf(service),
  response: percentilesOf(response),
});

/** Of some actions, by their numbers, of every fleet; not summed. */
export function callHistograms(
  { histograms, fleetCount }: Snapshot,
  scope: Scope,
  actions: readonly number[],
  latency: CallLatency,
): HistogramDelta[] {
  const stages =
    scope === 'steady' ? [STAGE_STEADY] : Array.from({ length: STAGE_CLASSES }, (_, i) => i);
  const numbers = actions.flatMap((action) =>
    stages.flatMap((stage) =>
      Array.from({ length: fleetCount }, (_, fleet) =>
        callHistogram(stage, action, latency, fleet),
      ),
    ),
  );
  return numbers.flatMap((histogram) => {
    const all = histograms[histogram];
    return all === null ? [] : [{ histogram, ...sparse(all) }];
  });
}
