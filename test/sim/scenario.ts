/** Small scenarios for the simulation. */
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Life, Scenario } from '../../src/scenario/types.ts';

/** Fleets of `chargers` that connect at once and live `life`; no heartbeats, no slack. */
export function simScenario(changes: Partial<Scenario> = {}, fleet: Partial<Fleet> = {}): Scenario {
  return {
    target: 'embedded',
    duration: '60s',
    slack: '0ms',
    fleets: [simFleet(fleet)],
    ...changes,
  };
}

export function simFleet(changes: Partial<Fleet> = {}): Fleet {
  return {
    name: 'sim',
    chargers: 1,
    model: tonly48A(),
    connect: { profile: 'allAtOnce' },
    heartbeat: 'off',
    life: life().boot(),
    ...changes,
  };
}

/** One charger with this life. */
export function lifeScenario(
  steps: (life: Life) => Life,
  changes: Partial<Scenario> = {},
  fleet: Partial<Fleet> = {},
): Scenario {
  return simScenario(changes, { life: steps(life().boot()), ...fleet });
}
