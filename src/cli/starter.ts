/** What `ocpp-load new` writes; a test type-checks and runs it. */
export const STARTER_SCENARIO = `// Run it:           npx ocpp-load run scenario.ts
// See its load:     npx ocpp-load inspect scenario.ts
// List its chargers: npx ocpp-load identities scenario.ts
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: 'fifty chargers on an ordinary day',

  // 'embedded' starts a small central system of ocpp-load's own: good for a first try, but its
  // figures say nothing about yours. For yours: --target, CSMS_URL, or an address here;
  // {id} stands for the charger's identity.
  target: process.env.CSMS_URL ?? 'embedded',

  // Refuse any other host, so that a typo never loads a production system:
  // allowTargets: ['localhost', '*.staging.example'],

  // 'as-logged' speaks exactly as the real charger does, with times that have no zone.
  // Central systems that check schemas want 'standard'.
  dialect: 'standard',

  // The steady stage; connecting (the ramp) comes before it and is reported apart.
  duration: '1m',

  fleets: [
    {
      name: 'car-park',
      chargers: 50,
      model: tonly48A(),

      // One after the other over ten seconds; allAtOnce() and rate('20/s') are others.
      connect: ramp({ over: '10s' }),

      // Patterns: {n:6} is the charger's number with six digits. Your system must know them.
      // identities: { identity: 'CP{n:6}', password: 'secret-{n}', idTag: 'TAG{n:6}' },

      // The time between two MeterValues of a transaction.
      meterInterval: '15s',

      // Boot, then for ever: wait, a car plugs in, charges, leaves; now and then a fault.
      // Every time is a constant such as '30s', or a distribution that each charger draws from.
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ exponential: '20s' })
            .plugIn()
            .session({
              duration: { lognormal: { median: '30s', sigma: 0.5 } },
              power: { uniform: ['7kW', '11kW'] },
            })
            .unplug()
            .churn({ faults: 0.02 }),
        ),
    },
  ],
});
`;
