/** Metrics of CALLs that chargers send. All are kept by action, fleet and stage. */
import { ACTIONS } from '../ocpp/actions.ts';
import type { CallCounter } from '../snapshot/layout.ts';
import { callCounters, callCounts, callHistograms, stageHistograms } from '../snapshot/snapshot.ts';
import { FLEETS, type Metric, type NumberMetric, pick, type RateMetric } from './metric.ts';

const OF_CALLS = { action: ACTIONS, fleet: FLEETS } as const;

const FATES = ['answered', 'callError', 'timedOut', 'lost', 'inFlight', 'unknown'] as const;

const number =
  (counter: CallCounter): NumberMetric['counters'] =>
  (of, { scope, action, fleet }) =>
    callCounters(of, [counter], scope, action, fleet);

const fatesOf = (fate: string | undefined) => FATES.filter((each) => (fate ?? each) === each);

/** Of all CALLs that have a fate: at the end of a run these are the CALLs that were sent. */
const share =
  (counters: readonly CallCounter[]): RateMetric['read'] =>
  (snapshot, { scope, action, fleet }) => {
    const counts = callCounts(snapshot, scope, action, fleet);
    return { part: pick(counts, undefined, counters), whole: pick(counts, undefined, FATES) };
  };

export const CALL_METRICS = [
  {
    name: 'ocpp_call_duration',
    type: 'trend',
    unit: 'ms',
    scope: 'steady',
    labels: OF_CALLS,
    meaning:
      'Response time: from the moment a CALL was due to its CALLRESULT. CALLs that timed out or ' +
      'were lost count with the time they had taken.',
    histograms: (of, { scope, action, fleet }) =>
      callHistograms(of, 'response', scope, action, fleet),
  },
  {
    name: 'ocpp_call_service_duration',
    type: 'trend',
    unit: 'ms',
    scope: 'steady',
    labels: OF_CALLS,
    meaning: 'Service time: from the write of a CALL to its CALLRESULT.',
    histograms: (of, { scope, action, fleet }) =>
      callHistograms(of, 'service', scope, action, fleet),
  },
  {
    name: 'ocpp_call_offline_duration',
    type: 'trend',
    unit: 'ms',
    scope: 'steady',
    labels: {},
    meaning: 'Response time of CALLs that had waited for a connection; not in ocpp_call_duration.',
    histograms: (_, { scope }) => stageHistograms('offline', scope),
  },
  {
    name: 'ocpp_calls',
    type: 'counter',
    unit: 'CALLs',
    scope: 'steady',
    labels: OF_CALLS,
    meaning: 'CALLs sent.',
    counters: number('sent'),
  },
  {
    name: 'ocpp_call_fates',
    type: 'counter',
    unit: 'CALLs',
    scope: 'steady',
    labels: { ...OF_CALLS, fate: FATES },
    meaning: 'CALLs by what became of them; at the end of a run each has one fate.',
    counters: (of, { scope, action, fleet, labels }) =>
      callCounters(of, fatesOf(labels.fate), scope, action, fleet),
  },
  {
    name: 'ocpp_call_failed',
    type: 'rate',
    unit: '',
    scope: 'steady',
    labels: OF_CALLS,
    meaning:
      'Share of the CALLs sent that were answered with a CALLERROR, timed out, were lost with ' +
      'their connection, or were answered with what does not fit their action.',
    read: share(['callError', 'timedOut', 'lost', 'invalidReply']),
  },
  {
    name: 'ocpp_call_refused',
    type: 'rate',
    unit: '',
    scope: 'steady',
    labels: OF_CALLS,
    meaning: 'Share of the CALLs sent that were answered Invalid, Blocked, Rejected and the like.',
    read: share(['refused']),
  },
  {
    name: 'ocpp_call_invalid_replies',
    type: 'counter',
    unit: 'CALLs',
    scope: 'steady',
    labels: OF_CALLS,
    meaning: 'CALLs answered with what does not fit their action.',
    counters: number('invalidReply'),
  },
  {
    name: 'ocpp_calls_dropped',
    type: 'counter',
    unit: 'CALLs',
    scope: 'steady',
    labels: OF_CALLS,
    meaning: 'CALLs that were due but met a limit; ocpp_drops says which.',
    counters: number('dropped'),
  },
  {
    name: 'ocpp_calls_unsent',
    type: 'counter',
    unit: 'CALLs',
    scope: 'steady',
    labels: OF_CALLS,
    meaning: 'CALLs that were due but still queued when the run ended.',
    counters: number('unsent'),
  },
] as const satisfies readonly Metric[];
