import { UserError } from '../base/errors.ts';
import { isRecord } from './checks.ts';
import type { Scenario } from './types.ts';

/** What the command line may put over a scenario, before it is checked. */
export interface Overrides {
  /** Several are parted by commas. */
  readonly target?: string;
  readonly sourceAddresses?: readonly string[];
  readonly duration?: string;
  readonly dialect?: string;
  readonly seed?: number;
  /** Chargers in all; fleets keep their proportions and at least one charger each. */
  readonly chargers?: number;
}

/** Returns `scenario`, still unchecked, with the overrides in it. */
export function applyOverrides(scenario: unknown, overrides: Overrides): unknown {
  if (!isRecord(scenario)) return scenario;
  const { chargers, ...fields } = overrides;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  const merged = { ...scenario, ...Object.fromEntries(given) };
  if (chargers === undefined || !Array.isArray(scenario.fleets)) return merged;
  const counts = dealChargers(scenario.fleets.map(chargersOf), chargers);
  const fleets = scenario.fleets.map((fleet, index) =>
    isRecord(fleet) ? { ...fleet, chargers: counts[index] } : fleet,
  );
  return { ...merged, fleets };
}

/**
 * Every fleet keeps one charger or more, so fewer chargers than fleets cannot be dealt.
 * @throws UserError
 */
export function checkScaled({ fleets }: Scenario, chargers: number | undefined): void {
  if (chargers === undefined || chargers >= fleets.length) return;
  throw new UserError(
    `--chargers ${chargers} is fewer than the scenario's ${fleets.length} fleets`,
    `it takes at least ${fleets.length}, so that every fleet keeps one`,
  );
}

const chargersOf = (fleet: unknown) =>
  isRecord(fleet) && typeof fleet.chargers === 'number' && fleet.chargers > 0 ? fleet.chargers : 1;

/**
 * Divides `total` in the proportion of `counts`, by the largest remainder; every part gets one at
 * least, so fewer than there are parts cannot be dealt.
 */
export function dealChargers(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((a, b) => a + b, 0);
  const shares = counts.map((count) => (total * count) / sum);
  const dealt = shares.map((share) => Math.max(1, Math.floor(share)));
  let rest = total - dealt.reduce((a, b) => a + b, 0);
  for (; rest > 0; rest--) dealt[furthest(shares, dealt, 1)]++;
  // Parts that were lifted to one are paid for by those that got most beyond their share.
  for (; rest < 0 && Math.max(...dealt) > 1; rest++) dealt[furthest(shares, dealt, -1)]--;
  return dealt;
}

/** The part that misses its share most (`sign` 1), or exceeds it most and can give (-1). */
function furthest(shares: readonly number[], dealt: readonly number[], sign: 1 | -1): number {
  const gaps = shares.map((share, i) =>
    sign < 0 && dealt[i] === 1 ? Number.NEGATIVE_INFINITY : sign * (share - dealt[i]),
  );
  return gaps.indexOf(Math.max(...gaps));
}
