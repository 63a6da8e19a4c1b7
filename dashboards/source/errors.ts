/** What went wrong, and where. */
import { lines, ORANGE, RED, steps } from './panels.ts';
import { CHOSEN, FAILED_FATES, failed, orNone, perSecond, share } from './promql.ts';

const FATES = 'ocpp_call_fates_total';

export const ERRORS = {
  title: 'Errors',
  panels: [
    lines({
      title: 'Failed CALLs by fate',
      about:
        'CALLERRORs, time-outs, and CALLs lost with their connection, a second. Time-outs that ' +
        'begin together are a target that hangs; lost ones one that restarts.',
      width: 12,
      unit: 'cps',
      stacked: true,
      queries: [[perSecond(FATES, { where: FAILED_FATES, by: 'fate' }), '{{fate}}']],
    }),
    lines({
      title: 'Share of CALLs that failed, by action',
      about:
        'Of the CALLs sent around each moment, with those answered with what does not fit. ' +
        'Orange from 0.1 %, red from 1 %.',
      width: 12,
      unit: 'percentunit',
      queries: [
        [
          share(
            failed(perSecond, { by: 'action' }),
            perSecond('ocpp_calls_total', { where: CHOSEN, by: 'action' }),
          ),
          '{{action}}',
        ],
      ],
      limits: steps([0.001, ORANGE], [0.01, RED]),
    }),
    lines({
      title: 'CALLERRORs by action',
      about: 'CALLs that were answered with a CALLERROR, a second: refused by form or by a bug.',
      width: 8,
      unit: 'cps',
      stacked: true,
      queries: [
        [
          orNone(
            `${perSecond(FATES, { where: `${CHOSEN},fate="callError"`, by: 'action' })} > 0`,
            'action',
          ),
          '{{action}}',
        ],
      ],
    }),
    lines({
      title: 'Answers that do not fit',
      about:
        'Answers that do not fit their action, came after the time-out, twice, or to nothing ' +
        'that was sent, a second. Late ones: the time-out is too short, or the target overloaded.',
      width: 8,
      unit: 'cps',
      queries: [
        [perSecond('ocpp_call_invalid_replies_total', { where: CHOSEN }), 'invalid'],
        [
          orNone(`${perSecond('ocpp_odd_answers_total', { by: 'reason' })} > 0`, 'reason'),
          '{{reason}}',
        ],
      ],
    }),
    lines({
      title: 'Dropped before they were sent',
      about:
        'CALLs that were due but met a limit, a second: offline, or too many behind one that is ' +
        'not answered. Any are bad: the load offered is less than was asked for.',
      width: 8,
      unit: 'cps',
      stacked: true,
      queries: [
        [orNone(`${perSecond('ocpp_drops_total', { by: 'reason' })} > 0`, 'reason'), '{{reason}}'],
      ],
    }),
  ],
};
