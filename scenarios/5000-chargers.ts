/**
 * The main job: a car park of 5 000 chargers on a working morning.
 *
 *   npx ocpp-load run scenarios/5000-chargers.ts
 *   CSMS_URL=wss://csms.example/ocpp/{id} npx ocpp-load run scenarios/5000-chargers.ts
 */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: '5 000 TONLY chargers on a working morning',
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '2m', // the steady stage, after the ramp
  // What must hold for the run to pass; docs/metrics.md has all the names.
  thresholds: {
    'ocpp_call_duration{action:BootNotification}': ['p(99)<500'], // ms
    ocpp_call_failed: ['rate<0.001'],
  },
  fleets: [
    {
      name: 'car-park',
      chargers: 5_000,
      model: tonly48A(),
      connect: ramp({ over: '20s' }), // 250 connects a second
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ exponential: '30s' })
            .plugIn()
            .session({
              duration: { lognormal: { median: '45s', sigma: 0.5 } },
              power: { uniform: ['7kW', '11kW'] },
            })
            .unplug()
            // Three of a hundred cars leave a fault behind: Faulted, a while, Available.
            .churn({ faults: 0.03 }),
        ),
    },
  ],
});
