/** The table of CALLs: a row an action, and one of all. */
import { ACTIONS } from '../ocpp/actions.ts';
import type { HistogramDelta } from '../snapshot/delta.ts';
import { HDR_SLOTS } from '../snapshot/hdr.ts';
import {
  type CallCounter,
  type CallLatency,
  callHistogram,
  STAGE_CLASSES,
  STAGE_STEADY,
} from '../snapshot/layout.ts';
import { callCounts, type Scope, type Snapshot } from '../snapshot/snapshot.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';

export interface Row extends Readonly<Record<CallCounter, number>> {
  /** `all`: of every action. */
  readonly action: string;
  /** ms; null: nothing ended. */
  readonly service: Percentiles | null;
  readonly response: Percentiles | null;
}

/** Of actions that were sent, or ought to have been. */
export function rowsOf(snapshot: Snapshot, scope: Scope = 'whole'): Row[] {
  const rows = ACTIONS.map((action, index) => rowOf(snapshot, scope, [index], action));
  const used = rows.filter(({ sent, dropped, unsent }) => sent + dropped + unsent > 0);
  return [...used, rowOf(snapshot, scope, [...ACTIONS.keys()], 'all')];
}

function rowOf(snapshot: Snapshot, scope: Scope, actions: readonly number[], action: string): Row {
  const latency = (name: CallLatency) =>
    percentilesOf(callHistograms(snapshot, scope, actions, name));
  const counts = callCounts(snapshot, scope, actions.length === 1 ? actions[0] : undefined);
  return { action, ...counts, service: latency('service'), response: latency('response') };
}

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
    if (all === null) return [];
    const slots: number[] = [];
    for (let i = 0; i < HDR_SLOTS; i++) if (all[i] > 0) slots.push(i);
    const counts = Float64Array.from(slots, (i) => all[i]);
    return [{ histogram, slots: Uint32Array.from(slots), counts }];
  });
}
