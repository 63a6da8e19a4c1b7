/**
 * A closed loop: every charger sends its next Heartbeat as soon as the last one is answered. No
 * fleet does this; it measures how many CALLs a target, or this machine, can take.
 *
 *   npx ocpp-load run scenarios/heartbeat-flood.ts
 */
import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: '1 000 TONLY chargers send Heartbeats as fast as they are answered',
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '20s',
  fleets: [
    {
      name: 'flood',
      chargers: 1_000,
      model: tonly48A(),
      connect: ramp({ over: '5s' }),
      heartbeat: 'off', // no others between those of the loop
      // A pause after each answer: closedLoop('Heartbeat', { think: '100ms' })
      life: life().boot().closedLoop('Heartbeat'),
    },
  ],
});
