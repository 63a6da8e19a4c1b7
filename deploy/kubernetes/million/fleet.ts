/** 1 000 000 chargers that boot within 20 minutes, a tenth of them charging. */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

const common = { model: tonly48A(), connect: ramp({ over: '20m' }) };

export default defineScenario({
  description: '1 000 000 TONLY chargers, a tenth of them charging',
  target: 'ws://target:9000/{id}', // OCPP_LOAD_TARGET goes over it
  warmup: '1m',
  duration: '30m',
  thresholds: {
    ocpp_call_duration: ['p(99)<1000'], // ms
    ocpp_call_failed: ['rate<0.001'],
  },
  fleets: [
    { ...common, name: 'waiting', chargers: 900_000, life: life().boot() },
    {
      ...common,
      name: 'charging',
      chargers: 100_000,
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ uniform: ['0s', '10s'] })
            .plugIn()
            .session({ duration: '45m', power: { uniform: ['7kW', '11kW'] } })
            .unplug(),
        ),
    },
  ],
});
