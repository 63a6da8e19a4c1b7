/** What a run asks of this machine. */
import { chooseWorkers, memoryNeeded } from '../fleet/limits.ts';
import { siteByName } from '../fleet/routes.ts';
import { expectLoad } from '../plan/expect.ts';
import type { Plan } from '../plan/plan.ts';
import { mostInPair, numbered } from '../plan/routes.ts';

export interface Need {
  readonly chargers: number;
  readonly workers: number;
  readonly memoryBytes: number;
  /** Of one source address and one address and port of a target; all source addresses. */
  readonly busiestPair: { readonly chargers: number; readonly sources: readonly string[] };
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

/** `sites` are the targets' addresses and ports, by their index in the plan. */
export function needOf(
  plan: Plan,
  wantedWorkers: number | 'auto',
  processors: number,
  sites: readonly string[] = plan.target.urls.map(siteByName),
): Need {
  const load = expectLoad(plan);
  const embedded = plan.target.kind === 'embedded';
  const sources = plan.sourceAddresses;
  const pairs = { destinations: numbered(sites), sources: Math.max(1, sources.length) };
  return {
    ...needOfFleet(plan.chargerCount, wantedWorkers, processors, { embedded }),
    busiestPair: { chargers: mostInPair(plan, pairs), sources },
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
  { embedded = false, sources = [] as readonly string[] } = {},
): Need {
  const wanted = wantedWorkers === 'auto' ? chooseWorkers(chargers, processors) : wantedWorkers;
  const workers = Math.min(wanted, chargers);
  const target = embedded ? EMBEDDED_BASE_BYTES + chargers * EMBEDDED_CHARGER_BYTES : 0;
  return {
    chargers,
    workers,
    memoryBytes: memoryNeeded(chargers, workers) + target,
    busiestPair: { chargers: Math.ceil(chargers / Math.max(1, sources.length)), sources },
    load: null,
    embedded,
  };
}
