/** What deploy/kubernetes runs until it is changed: 3 000 chargers, a tenth of them charging. */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

const common = { model: tonly48A(), connect: ramp({ over: '30s' }) };

export default defineScenario({
  description: '3 000 TONLY chargers over the pods of a cluster',
  target: 'ws://target:9000/{id}', // OCPP_LOAD_TARGET goes over it
  warmup: '10s',
  duration: '2m',
  thresholds: {
    ocpp_call_duration: ['p(99)<1000'], // ms
    ocpp_call_failed: ['rate<0.001'],
  },
  fleets: [
    { ...common, name: 'waiting', chargers: 2_700, life: life().boot() },
    {
      ...common,
      name: 'charging',
      chargers: 300,
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ uniform: ['0s', '10s'] })
            .plugIn()
            .session({ duration: '10m', power: { uniform: ['7kW', '11kW'] } })
            .unplug(),
        ),
    },
  ],
});
