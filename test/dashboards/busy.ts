/**
 * A small run in which a bit of everything happens, so that no panel stays empty: commands,
 * failing CALLs, cut connections, an outage, cars that find no charger, a threshold that fails.
 */
import { defineScenario, life, ramp, rate, tonly48A } from 'ocpp-load';

const seconds = Number(process.env['BUSY_SECONDS'] ?? 16);
const scale = Number(process.env['BUSY_SCALE'] ?? 1);
const slowdown = Number(process.env['BUSY_SLOWDOWN'] ?? 1);

const session = { duration: { uniform: ['1s', '3s'] }, power: '11kW' } as const;
const common = {
  configuration: { TransactionMessageAttempts: '5', TransactionMessageRetryInterval: '1' },
  model: tonly48A(),
  meterInterval: '500ms',
  reconnect: { reconnect: 'fullJitter', base: '200ms', max: '1s' },
} as const;

export default defineScenario({
  description: 'a bit of everything',
  target: 'embedded',
  duration: `${seconds}s`,
  gracePeriod: '8s',
  callTimeout: '1s',
  allowBootFailures: true,
  embedded: {
    interval: '1s',
    delay: {
      mixture: [
        [0.9, { lognormal: { median: `${4 * slowdown}ms`, sigma: 0.5 } }],
        [0.1, { lognormal: { median: `${60 * slowdown}ms`, sigma: 0.3 } }],
      ],
    },
    errorRate: 0.02,
    silence: 0.005,
    drop: 0.004,
    commands: [
      { action: 'RemoteStartTransaction', payload: { idTag: 'REMOTE' }, every: '7s', share: 0.3 },
      { action: 'GetConfiguration', payload: {}, every: '3s', spread: '2s' },
      { action: 'TriggerMessage', payload: { requestedMessage: 'Heartbeat' }, every: '2s' },
      { action: 'Reset', payload: { type: 'Soft' }, after: '6s', share: 0.1, spread: '5s' },
    ],
    outages: [{ after: '9s', for: '1500ms' }],
  },
  thresholds: {
    ocpp_call_duration: ['p(95)<5000'],
    ocpp_call_failed: ['rate<0.001'],
  },
  fleets: [
    {
      ...common,
      name: 'street',
      chargers: Math.round(30 * scale),
      connect: ramp({ over: '3s' }),
      heartbeat: '1s',
      rebootTime: '500ms',
      life: life()
        .boot()
        .forever((l) =>
          l
            .idle({ uniform: ['200ms', '1s'] })
            .plugIn()
            .session(session)
            .unplug()
            .churn({ faults: 0.2, duration: '300ms' }),
        ),
    },
    {
      ...common,
      name: 'car-park',
      chargers: Math.round(5 * scale),
      connect: ramp({ over: '1s' }),
      heartbeat: '2s',
      arrivals: rate(`${3 * scale}/s`),
      life: life()
        .boot()
        .forever((l) => l.awaitArrival().plugIn().session(session).unplug()),
    },
    {
      name: 'pacemakers',
      model: tonly48A(),
      chargers: Math.max(1, Math.round(scale)),
      connect: ramp({ over: '1s' }),
      heartbeat: 'off',
      life: life().boot().closedLoop('Heartbeat', { think: '20ms' }),
    },
  ],
});
