/** What a run asks of this machine. */
import { memoryNeeded } from '../fleet/limits.ts';
import { siteByName } from '../fleet/routes.ts';
import { chooseSpread, mostOfProcess, type SpreadWish } from '../fleet/spread.ts';
import { expectLoad } from '../plan/expect.ts';
import type { Plan } from '../plan/plan.ts';
import { mostInPair, numbered } from '../plan/routes.ts';
import { shareSize, WHOLE_RUN } from '../plan/split.ts';
import type { MachineFacts } from './facts.ts';

export interface Need {
  readonly chargers: number;
  readonly workers: number;
  readonly processes: number;
  /** Of the process that has most of them. */
  readonly chargersPerProcess: number;
  readonly memoryBytes: number;
  /** Of one source address and one address and port of a target; all source addresses. */
  readonly busiestPair: { readonly chargers: number; readonly sources: readonly string[] };
  /** null: there is no scenario, so nobody knows. */
  readonly load: LoadNeed | null;
  /** The embedded central system takes its share of this machine. */
  readonly embedded: boolean;
  /** The light one, which takes less. */
  readonly light: boolean;
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
/** Of a process of the light one: 55 MB before the first charger, 3 kB for each. */
const LIGHT_BASE_BYTES = 60e6;
const LIGHT_CHARGER_BYTES = 4e3;

/**
 * `sites` are the targets' addresses and ports, by their index in the plan.
 * @throws UserError as `chooseSpread` does.
 */
export function needOf(
  plan: Plan,
  wish: SpreadWish,
  limits: NeedLimits,
  sites: readonly string[] = plan.target.urls.map(siteByName),
): Need {
  const { share = WHOLE_RUN } = wish;
  const load = expectLoad(plan);
  const { kind, embedded } = plan.target;
  const target = kind === 'external' ? null : embedded.light ? 'light' : 'full';
  const sources = plan.sourceAddresses;
  const pairs = { destinations: numbered(sites), sources: Math.max(1, sources.length) };
  const own = needOn(plan, wish, limits, target);
  const part = own.chargers / plan.chargerCount;
  return {
    ...own,
    busiestPair: { chargers: mostInPair(plan, pairs, share), sources },
    load: {
      steadyCallsPerS: load.steadyCallsPerS * part,
      peakCallsPerS: Math.max(...load.points.map(({ callsPerS }) => callsPerS)) * part,
      peakConnectsPerS: load.peakConnectsPerS * part,
      maxHandshakes: Math.ceil(plan.limits.maxHandshakes / share.of),
      partial: load.fleets.some(({ unbounded, scripted }) => unbounded || scripted),
    },
  };
}

/** Of so many chargers that do nobody knows what. */
export function needOfFleet(
  chargers: number,
  wish: SpreadWish,
  limits: NeedLimits,
  sources: readonly string[] = [],
): Need {
  const fleets = [{ firstCharger: 0, chargerCount: chargers, arrivals: null }];
  const inPair = Math.ceil(chargers / Math.max(1, sources.length));
  return {
    ...needOn({ fleets }, wish, limits, null),
    busiestPair: { chargers: inPair, sources },
  };
}

type NeedLimits = Pick<MachineFacts, 'processors' | 'descriptors'>;

function needOn(
  plan: Parameters<typeof mostOfProcess>[0],
  wish: SpreadWish,
  limits: NeedLimits,
  target: 'full' | 'light' | null,
): Omit<Need, 'busiestPair'> {
  const chargers = shareSize(plan.fleets, wish.share ?? WHOLE_RUN);
  const spread = chooseSpread(plan, wish, limits);
  const targetBytes = {
    full: EMBEDDED_BASE_BYTES + chargers * EMBEDDED_CHARGER_BYTES,
    light: LIGHT_BASE_BYTES + chargers * LIGHT_CHARGER_BYTES,
  };
  return {
    chargers,
    ...spread,
    chargersPerProcess: mostOfProcess(plan, spread, wish.share),
    memoryBytes: memoryNeeded(chargers, spread) + (target === null ? 0 : targetBytes[target]),
    load: null,
    embedded: target !== null,
    light: target === 'light',
  };
}
