/**
 * A power cut has ended: every charger connects and boots at the same moment, then stays idle.
 *
 *   npx ocpp-load run scenarios/boot-storm.ts
 */
import { allAtOnce, defineScenario, fullJitter, life, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: '2 000 TONLY chargers boot at once',
  target: process.env.CSMS_URL ?? 'embedded',
  duration: '30s',
  // How many handshakes may be under way at once; the wait for a place counts as response time.
  maxHandshakes: 256,
  fleets: [
    {
      name: 'street',
      chargers: 2_000,
      model: tonly48A(),
      connect: allAtOnce(),
      // Those that are refused come back after a random while, the longer the more often.
      reconnect: fullJitter({ base: '1s', max: '30s' }),
      life: life().boot(),
    },
  ],
});
