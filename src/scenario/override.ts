import { isRecord } from './checks.ts';

/** What the command line may put over a scenario, before it is checked. */
export interface Overrides {
  readonly target?: string;
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

const chargersOf = (fleet: unknown) =>
  isRecord(fleet) && typeof fleet.chargers === 'number' && fleet.chargers > 0 ? fleet.chargers : 1;

/** Divides `total` in the proportion of `counts`; cumulative rounding keeps the sum exact. */
export function dealChargers(counts: readonly number[], total: number): number[] {
  if (counts.length === 1) return [total];
  const spare = total - counts.length;
  if (spare < 0) return counts.map(() => 1);
  const sum = counts.reduce((a, b) => a + b, 0);
  let before = 0;
  return counts.map((count) => {
    const from = Math.round((spare * before) / sum);
    before += count;
    return 1 + Math.round((spare * before) / sum) - from;
  });
}
