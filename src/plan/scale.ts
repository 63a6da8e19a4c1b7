/** A plan with another load, for searches. */
import type { Plan, Schedule } from './plan.ts';
import { countBefore } from './schedule.ts';

/** `plan` with `factor` times as many cars, at the same moments of its profile. */
export function scaleArrivals(plan: Plan, factor: number): Plan {
  const fleets = plan.fleets.map((fleet) => {
    const { arrivals } = fleet;
    return arrivals === null
      ? fleet
      : Object.freeze({ ...fleet, arrivals: scaled(arrivals, factor) });
  });
  return Object.freeze({ ...plan, fleets: Object.freeze(fleets) });
}

function scaled({ segments, endNs }: Schedule, factor: number): Schedule {
  const faster = segments.map(({ fromPerS, toPerS, firstCount, ...times }) => ({
    ...times,
    fromPerS: fromPerS * factor,
    toPerS: toPerS * factor,
    firstCount: firstCount * factor,
  }));
  const unbounded = { segments: faster, total: Number.MAX_SAFE_INTEGER, endNs };
  const total = faster.length === 0 ? 0 : Math.ceil(countBefore(unbounded, endNs) - 1e-6);
  return Object.freeze({ segments: Object.freeze(faster), total: Math.max(0, total), endNs });
}

/** Cars an hour at the fleets together when the run ends. */
export function carsPerHour({ fleets }: Plan): number {
  return (
    fleets.reduce((sum, { arrivals }) => sum + (arrivals?.segments.at(-1)?.toPerS ?? 0), 0) * 3600
  );
}
