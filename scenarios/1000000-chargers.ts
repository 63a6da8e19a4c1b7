/**
 * A million chargers that boot, say their status and send a Heartbeat every 60 s: how far one
 * machine goes; docs/100000-chargers.md says what it needs.
 *
 *   npx ocpp-load run scenarios/1000000-chargers.ts
 */
import { allAtOnce, defineScenario, life, tonly48A } from 'ocpp-load';

/** One address and port of a target take at most 64 511 connections from one address. */
const LOOPBACK = ['127.0.0.2-20'];
const target = process.env.CSMS_URL ?? 'embedded';

export default defineScenario({
  description: '1 000 000 TONLY chargers, a Heartbeat a minute each',
  target,
  embedded: { light: true },
  ...(target === 'embedded' && { sourceAddresses: LOOPBACK }),
  warmup: '4m', // they boot as fast as the target allows
  duration: '3m',
  fleets: [
    {
      name: 'country',
      chargers: 1_000_000,
      model: tonly48A(),
      connect: allAtOnce(),
      life: life().boot(),
    },
  ],
});
