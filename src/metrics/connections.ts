/** Metrics of connections and boots: of the whole run, as most of it happens in the ramp. */
import {
  CONNECT_FAILURES,
  DISCONNECTS,
  DisconnectOffset,
  FailureOffset,
  runHistogram,
} from '../snapshot/layout.ts';
import { connectFailures, runCounter } from '../snapshot/snapshot.ts';
import { type Metric, pick } from './metric.ts';
import { counted, placesOf } from './run-counters.ts';

const PHASES = ['connect', 'tls', 'upgrade', 'ready'] as const;

export const CONNECTION_METRICS = [
  {
    name: 'ocpp_connect_duration',
    type: 'trend',
    unit: 'ms',
    scope: 'whole',
    labels: { phase: PHASES },
    meaning:
      'How long connecting took: the TCP connect, the TLS handshake, the WebSocket upgrade, or ' +
      '(ready, and without a phase) all from the planned moment to the upgrade.',
    histograms: (_, { labels }) => [
      runHistogram((labels.phase ?? 'ready') as (typeof PHASES)[number]),
    ],
  },
  {
    name: 'ocpp_connects',
    type: 'counter',
    unit: 'connects',
    scope: 'whole',
    labels: {},
    meaning: 'Connects attempted.',
    counters: counted('connectsAttempted'),
  },
  {
    name: 'ocpp_connects_upgraded',
    type: 'counter',
    unit: 'connects',
    scope: 'whole',
    labels: {},
    meaning: 'Connects that ended with an open WebSocket.',
    counters: counted('connectsUpgraded'),
  },
  {
    name: 'ocpp_connects_abandoned',
    type: 'counter',
    unit: 'connects',
    scope: 'whole',
    labels: {},
    meaning: 'Connects given up by the charger because the run drained.',
    counters: counted('connectsAbandoned'),
  },
  {
    name: 'ocpp_connect_failures',
    type: 'counter',
    unit: 'connects',
    scope: 'whole',
    labels: { reason: CONNECT_FAILURES },
    meaning: 'Connects that failed.',
    counters: (_, { labels }) => placesOf(FailureOffset, labels.reason),
  },
  {
    name: 'ocpp_connect_failed',
    type: 'rate',
    unit: '',
    scope: 'whole',
    labels: {},
    meaning: 'Share of the connects that failed, of those that failed or were upgraded.',
    read: (snapshot) => {
      const failed = pick(connectFailures(snapshot), undefined);
      return { part: failed, whole: failed + runCounter(snapshot, 'connectsUpgraded') };
    },
  },
  {
    name: 'ocpp_retry_afters',
    type: 'counter',
    unit: 'connects',
    scope: 'whole',
    labels: {},
    meaning: 'Refused connects whose Retry-After was waited for.',
    counters: counted('retryAfters'),
  },
  {
    name: 'ocpp_disconnects',
    type: 'counter',
    unit: 'connections',
    scope: 'whole',
    labels: { reason: DISCONNECTS },
    meaning: 'Connections that ended before the run did.',
    counters: (_, { labels }) => placesOf(DisconnectOffset, labels.reason),
  },
  {
    name: 'ocpp_boot_duration',
    type: 'trend',
    unit: 'ms',
    scope: 'whole',
    labels: {},
    meaning: 'From the upgrade of a connection to the accepted BootNotification.',
    histograms: () => [runHistogram('boot')],
  },
  {
    name: 'ocpp_charger_booted',
    type: 'rate',
    unit: '',
    scope: 'whole',
    labels: {},
    meaning: 'Share of the planned chargers whose BootNotification was accepted at least once.',
    read: (snapshot, { planned }) => ({ part: runCounter(snapshot, 'booted'), whole: planned }),
  },
  {
    name: 'ocpp_chargers_booted',
    type: 'counter',
    unit: 'chargers',
    scope: 'whole',
    labels: {},
    most: 'chargers',
    meaning: 'Chargers whose BootNotification was accepted at least once.',
    counters: counted('booted'),
  },
  {
    name: 'ocpp_chargers_reached',
    type: 'counter',
    unit: 'chargers',
    scope: 'whole',
    labels: {},
    most: 'chargers',
    meaning: 'Chargers that were connected at least once.',
    counters: counted('everConnected'),
  },
  {
    name: 'ocpp_charger_restarts',
    type: 'counter',
    unit: 'restarts',
    scope: 'whole',
    labels: {},
    meaning: 'Re-boots of chargers, for Reset and UpdateFirmware.',
    counters: counted('restarts'),
  },
  {
    name: 'ocpp_chargers_connected',
    type: 'gauge',
    unit: 'chargers',
    scope: 'steady',
    labels: {},
    most: 'chargers',
    meaning: 'Chargers with an open connection.',
    counters: counted('connected'),
  },
  {
    name: 'ocpp_chargers_charging',
    type: 'gauge',
    unit: 'connectors',
    scope: 'steady',
    labels: {},
    most: 'connectors',
    meaning: 'Connectors that charge a car.',
    counters: counted('charging'),
  },
] as const satisfies readonly Metric[];
