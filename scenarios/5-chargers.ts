/**
 * A first look: five chargers, a whole life each, in about 25 seconds.
 *
 *   npx ocpp-load run scenarios/5-chargers.ts
 *   CSMS_URL=wss://csms.example/ocpp npx ocpp-load run scenarios/5-chargers.ts
 */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: 'five TONLY chargers, one short session after another',
  // `embedded` is a small central system of our own. A URL may hold {id}: wss://host/ocpp/{id}
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '20s', // the steady stage, after the ramp
  fleets: [
    {
      name: 'first-look',
      chargers: 5,
      model: tonly48A(),
      connect: ramp({ over: '2s' }),
      heartbeat: '5s', // usually left out: then BootNotification.conf decides
      meterInterval: '2s', // the real charger takes 60 s
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ uniform: ['500ms', '1500ms'] })
            .plugIn()
            .session({ duration: '8s', power: { uniform: ['7kW', '11kW'] } })
            .unplug()
            .churn({ faults: 0.5, duration: '1s' }),
        ),
    },
  ],
});
