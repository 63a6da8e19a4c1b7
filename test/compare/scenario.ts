/** A scenario for comparisons: many CALLs in little time. */
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { ramp } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';

export function smallFleet(chargers: number, changes: Partial<Fleet> = {}): Fleet {
  return {
    ...{ name: 'small', chargers, model: tonly48A(), connect: ramp({ over: '2s' }) },
    ...{ heartbeat: '2s', meterInterval: '1s' },
    life: life()
      .boot()
      .forever((l) =>
        l
          .idle({ exponential: '3s' })
          .plugIn()
          .session({ duration: { uniform: ['3s', '9s'] }, power: '11kW' })
          .unplug(),
      ),
    ...changes,
  };
}

export function smallScenario(changes: Partial<Scenario>, fleet: Fleet): Scenario {
  return { target: 'embedded', duration: '30s', gracePeriod: '5s', fleets: [fleet], ...changes };
}
