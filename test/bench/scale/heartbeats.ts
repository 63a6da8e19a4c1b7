/** 20 000 Heartbeats a second of as many chargers as HEARTBEAT_CHARGERS says. */
import { defineScenario, life, ramp, tonly48A } from '../../../src/index.ts';

const chargers = Number(process.env['HEARTBEAT_CHARGERS'] ?? 1_000);
/** '0': none at all, for the cost of processes that only wait. */
const callsPerS = Number(process.env['HEARTBEATS_PER_S'] ?? 20_000);

export default defineScenario({
  description: `${callsPerS} Heartbeats/s of ${chargers} chargers`,
  target: 'embedded',
  embedded: { light: true },
  sourceAddresses: ['127.0.0.2', '127.0.0.3'],
  warmup: '15s',
  duration: '30s',
  fleets: [
    {
      name: 'beating',
      chargers,
      model: tonly48A(),
      connect: ramp({ over: chargers > 10_000 ? '25s' : '5s' }),
      heartbeat: callsPerS === 0 ? 'off' : `${Math.round((chargers / callsPerS) * 1000)}ms`,
      life: life().boot(),
    },
  ],
});
