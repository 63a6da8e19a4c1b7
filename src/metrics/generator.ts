/** Metrics of the wire, and of ocpp-load itself. */
import { runHistogram } from '../snapshot/layout.ts';
import { stageHistograms } from '../snapshot/snapshot.ts';
import type { Metric } from './metric.ts';
import { counted, countedBy } from './run-counters.ts';

const DROPS = countedBy('reason', {
  offline: 'droppedOffline',
  backlog: 'droppedBacklog',
  queue: 'droppedQueue',
  start: 'droppedStart',
});
const ODD_ANSWERS = countedBy('reason', {
  late: 'late',
  duplicate: 'duplicate',
  unknownId: 'unknownId',
  unreadable: 'unreadable',
  clockUnreadable: 'clockUnreadable',
});

export const GENERATOR_METRICS = [
  {
    name: 'generator_lateness',
    type: 'trend',
    unit: 'ms',
    scope: 'steady',
    labels: {},
    meaning: 'How long after it was due and allowed a CALL left: the fault of ocpp-load.',
    histograms: (_, { scope }) => stageHistograms('lateness', scope),
  },
  {
    name: 'generator_loop_delay',
    type: 'trend',
    unit: 'ms',
    scope: 'whole',
    labels: {},
    meaning: 'How much later than asked for a worker woke up.',
    histograms: () => [runHistogram('loopDelay')],
  },
  {
    name: 'generator_stalled_writes',
    type: 'counter',
    unit: 'writes',
    scope: 'whole',
    labels: {},
    meaning: 'Writes that the kernel did not take at once: the target reads too slowly.',
    counters: counted('stalledWrites'),
  },
  {
    name: 'generator_clamped',
    type: 'counter',
    unit: 'values',
    scope: 'whole',
    labels: {},
    meaning: 'Durations outside 0 to 24 h, counted at that limit.',
    counters: counted('clamped'),
  },
  {
    name: 'generator_finished',
    type: 'counter',
    unit: 'chargers',
    scope: 'whole',
    labels: {},
    meaning: 'Chargers that ended their drain.',
    counters: counted('finished'),
  },
  {
    name: 'ocpp_drops',
    type: 'counter',
    unit: 'CALLs',
    scope: 'whole',
    labels: { reason: DROPS.values },
    meaning:
      'CALLs that were due but dropped: offline, at maxBacklog, at maxQueue, or about a ' +
      'transaction whose start was given up.',
    counters: DROPS.counters,
  },
  {
    name: 'ocpp_odd_answers',
    type: 'counter',
    unit: 'messages',
    scope: 'whole',
    labels: { reason: ODD_ANSWERS.values },
    meaning:
      'Answers that came after the time-out, twice, or to nothing that was sent; messages that ' +
      'are not OCPP-J; answers whose currentTime is no time.',
    counters: ODD_ANSWERS.counters,
  },
  {
    name: 'ocpp_bytes_sent',
    type: 'counter',
    unit: 'bytes',
    scope: 'whole',
    labels: {},
    meaning: 'Bytes sent, with their framing, without TLS.',
    counters: counted('bytesSent'),
  },
  {
    name: 'ocpp_bytes_received',
    type: 'counter',
    unit: 'bytes',
    scope: 'whole',
    labels: {},
    meaning: 'Bytes received, with their framing, without TLS.',
    counters: counted('bytesReceived'),
  },
  {
    name: 'ocpp_pings_sent',
    type: 'counter',
    unit: 'pings',
    scope: 'whole',
    labels: {},
    meaning: 'Pings sent.',
    counters: counted('pingsSent'),
  },
  {
    name: 'ocpp_pings_received',
    type: 'counter',
    unit: 'pings',
    scope: 'whole',
    labels: {},
    meaning: 'Pings received.',
    counters: counted('pingsReceived'),
  },
  {
    name: 'ocpp_pongs_received',
    type: 'counter',
    unit: 'pongs',
    scope: 'whole',
    labels: {},
    meaning: 'Pongs received.',
    counters: counted('pongsReceived'),
  },
] as const satisfies readonly Metric[];
