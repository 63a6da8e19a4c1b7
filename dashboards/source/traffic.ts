/** How much was sent, and whether it is as much as was asked for. */
import { lines } from './panels.ts';
import { CHOSEN, perSecond, series } from './promql.ts';

const SENT = perSecond('ocpp_calls_total', { where: CHOSEN });
const DROPPED = perSecond('ocpp_calls_dropped_total', { where: CHOSEN });

export const TRAFFIC = {
  title: 'Traffic',
  panels: [
    lines({
      title: 'CALLs sent by action',
      about: 'CALLs a second, on top of each other. The mix shows what the fleet is doing.',
      width: 12,
      unit: 'cps',
      stacked: true,
      queries: [
        [`${perSecond('ocpp_calls_total', { where: CHOSEN, by: 'action' })} > 0`, '{{action}}'],
      ],
    }),
    lines({
      title: 'Offered and achieved',
      about:
        'CALLs that were due (dashed), that were sent, and that were answered, a second. Sent ' +
        'below due: messages were dropped at a limit. Answered below sent: the target is behind.',
      width: 12,
      unit: 'cps',
      queries: [
        [`${SENT} + ${DROPPED}`, 'due'],
        [SENT, 'sent'],
        [perSecond('ocpp_call_fates_total', { where: `${CHOSEN},fate="answered"` }), 'answered'],
      ],
      dashed: /^due$/,
    }),
    lines({
      title: 'In flight and queued',
      about:
        'CALLs without an answer yet, and messages about transactions that wait in the queues of ' +
        'the chargers. Both flat is good; growing is a target that cannot keep up.',
      width: 12,
      unit: 'short',
      queries: [
        [series('ocpp_calls_in_flight'), 'in flight'],
        [series('ocpp_ledger_queued'), 'queued'],
      ],
    }),
    lines({
      title: 'Bytes',
      about: 'Sent to and received from the target, with framing, without TLS.',
      width: 12,
      unit: 'Bps',
      queries: [
        [perSecond('ocpp_bytes_sent_total'), 'sent'],
        [perSecond('ocpp_bytes_received_total'), 'received'],
      ],
    }),
  ],
};
