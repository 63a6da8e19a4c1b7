/** Short names for what tests read most often from a simulated run. */
import { type Action, ActionIndexOf } from '../../src/ocpp/actions.ts';
import { type LatencySummary, summarise } from '../../src/snapshot/hdr.ts';
import type { RunCounter } from '../../src/snapshot/layout.ts';
import {
  type CallCounts,
  callCounts,
  callLatency,
  runCounter,
  type Scope,
  stageLatency,
} from '../../src/snapshot/snapshot.ts';
import type { LogKind } from './log.ts';
import type { Simulation } from './simulate.ts';

const indexOf = (action?: Action) => (action === undefined ? undefined : ActionIndexOf[action]);

/** Of one action, or of all. */
export function countsOf(run: Simulation, action?: Action, scope: Scope = 'whole'): CallCounts {
  return callCounts(run.snapshot, scope, indexOf(action));
}

export function counterOf(run: Simulation, name: RunCounter): number {
  return runCounter(run.snapshot, name);
}

export function latencyOf(
  run: Simulation,
  which: 'service' | 'response' | 'lateness' | 'offline',
  action?: Action,
): LatencySummary {
  const histogram =
    which === 'service' || which === 'response'
      ? callLatency(run.snapshot, which, 'whole', indexOf(action))
      : stageLatency(run.snapshot, which, 'whole');
  return summarise(histogram);
}

/** When something happened to a charger, s since the start. */
export function timesOf(run: Simulation, kind: LogKind, charger = 0): number[] {
  return run.entries
    .filter((entry) => entry.kind === kind && entry.charger === charger)
    .map(({ atNs }) => atNs / 1e9);
}
