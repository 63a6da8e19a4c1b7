/**
 * A network of 100 000 chargers from one machine, a tenth of them charging; docs/100000-chargers.md
 * says what the machine needs. `embedded` is the light central system, in processes of its own.
 *
 *   npx ocpp-load run scenarios/100000-chargers.ts
 *   npx ocpp-load run scenarios/100000-chargers.ts --target ws://csms.example/ocpp/{id}
 */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

/** One address and port of a target take at most 64 511 connections from one address. */
const LOOPBACK = ['127.0.0.2', '127.0.0.3'];
const target = process.env.CSMS_URL ?? 'embedded';

const common = { model: tonly48A(), connect: ramp({ over: '16s' }) };

export default defineScenario({
  description: '100 000 TONLY chargers, a tenth of them charging',
  target,
  embedded: { light: true },
  ...(target === 'embedded' && { sourceAddresses: LOOPBACK }),
  warmup: '30s', // for those that still boot when the ramp is over
  duration: '3m',
  thresholds: {
    ocpp_call_duration: ['p(99)<1000'], // ms
    ocpp_call_failed: ['rate<0.001'],
  },
  fleets: [
    // They boot, say their status, and send a Heartbeat every 60 s.
    { ...common, name: 'waiting', chargers: 90_000, life: life().boot() },
    {
      ...common,
      name: 'charging',
      chargers: 10_000,
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
