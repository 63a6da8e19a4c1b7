/**
 * Nobody charges, everybody reports: cars come and go, readers fail, states change all the time.
 *
 *   npx ocpp-load run scenarios/status-churn.ts
 */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: '1 000 TONLY chargers change their state every few seconds',
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '1m',
  fleets: [
    {
      name: 'restless',
      chargers: 1_000,
      model: tonly48A(),
      connect: ramp({ over: '10s' }),
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ exponential: '5s' })
            .plugIn()
            .idle({ uniform: ['1s', '3s'] })
            .unplug()
            .churn({ faults: 0.2, duration: { exponential: '5s' } }),
        ),
    },
  ],
});
