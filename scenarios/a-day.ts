/**
 * A day of a car park, as it is: two sessions a charger, an hour and a half each, and Heartbeats.
 *
 *   npx ocpp-load forecast scenarios/a-day.ts --chargers 200000
 */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: 'a day of 5 000 TONLY chargers, two sessions each',
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '24h', // what `run` would take, too: this one is for `forecast`
  fleets: [
    {
      name: 'car-park',
      chargers: 5_000,
      model: tonly48A(), // MeterValues every 60 s of a transaction
      connect: ramp({ over: '1m' }),
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ exponential: '10h' })
            .plugIn()
            .session({
              duration: { lognormal: { median: '90m', sigma: 0.5 } },
              power: { uniform: ['7kW', '11kW'] },
            })
            .unplug()
            .churn({ faults: 0.03 }),
        ),
    },
  ],
});
