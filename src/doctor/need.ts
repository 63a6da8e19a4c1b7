/** What a run asks of this machine. */
import { chooseWorkers, memoryNeeded } from '../fleet/limits.ts';
import { expectLoad } from '../plan/expect.ts';
import type { Plan } from '../plan/plan.ts';

export interface Need {
  readonly chargers: number;
  readonly workers: number;
  readonly memoryBytes: number;
  /** null: there is no scenario, so nobody knows. */
  readonly load: LoadNeed | null;
  /** The embedded central system takes its share of this machine. */
  readonly embedded: boolean;
}

export interface LoadNeed {
  readonly steadyCallsPerS: number;
  /** Of the busiest interval, a second or more. */
  readonly peakCallsPerS: number;
  readonly peakConnectsPerS: number;
  /** Handshakes under way at once. */
  readonly maxHandshakes: number;
  /** Closed loops and scripts are not in the figures. */
  readonly partial: boolean;
}

/** Of the embedded central system: 166 MB were measured with 5 000 chargers. */
const EMBEDDED_BASE_BYTES = 80e6;
const EMBEDDED_CHARGER_BYTES = 20e3;

export function needOf(plan: Plan, wantedWorkers: number | 'auto', processors: number): Need {
  const load = expectLoad(plan);
  const embedded = plan.target.kind === 'embedded';
  return {
    ...needOfFleet(plan.chargerCount, wantedWorkers, processors, embedded),
    load: {
      steadyCallsPerS: load.steadyCallsPerS,
      peakCallsPerS: Math.max(...load.points.map(({ callsPerS }) => callsPerS)),
      peakConnectsPerS: load.peakConnectsPerS,
      maxHandshakes: plan.limits.maxHandshakes,
      partial: load.fleets.some(({ unbounded, scripted }) => unbounded || scripted),
    },
  };
}

/** Of so many chargers that do nobody knows what. */
export function needOfFleet(
  chargers: number,
  wantedWorkers: number | 'auto',
  processors: number,
  embedded = false,
): Need {
  const wanted = wantedWorkers === 'auto' ? chooseWorkers(chargers, processors) : wantedWorkers;
  const workers = Math.min(wanted, chargers);
  const target = embedded ? EMBEDDED_BASE_BYTES + chargers * EMBEDDED_CHARGER_BYTES : 0;
  return {
    chargers,
    workers,
    memoryBytes: memoryNeeded(chargers, workers) + target,
    load: null,
    embedded,
  };
}
