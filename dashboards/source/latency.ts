/** How long answers took, by both clocks: from the write, and from the moment a CALL was due. */
import { heatMap, lines, type Query } from './panels.ts';
import { CHOSEN, heat, orZero, quantile } from './promql.ts';

export const SERVICE = 'ocpp_call_service_duration_seconds';
export const RESPONSE = 'ocpp_call_duration_seconds';

const percentiles = (metric: string): Query[] =>
  (['0.5', '0.95', '0.99', '0.999'] as const).map((q) => [
    quantile(q, metric, { where: CHOSEN }),
    `p${Number((Number(q) * 100).toFixed(1))}`,
  ]);

const byAction = (metric: string): Query[] => [
  [quantile('$quantile', metric, { where: CHOSEN, by: 'action' }), '{{action}}'],
];

export const LATENCY = {
  title: 'Latency',
  panels: [
    lines({
      title: 'Service time',
      about:
        'From the write of a CALL to its answer: what the target took for it. Look for a p99 ' +
        'that leaves the p50: a queue, a lock or a pause.',
      width: 12,
      unit: 's',
      queries: percentiles(SERVICE),
    }),
    lines({
      title: 'Response time',
      about:
        'From the moment a CALL was due to its answer, with the wait behind the outstanding CALL ' +
        'of its charger. This is what a charger sees; CALLs that failed count as well.',
      width: 12,
      unit: 's',
      queries: percentiles(RESPONSE),
    }),
    heatMap({
      title: 'Service time, all answers',
      about:
        'Darker: more answers. Two bands are two kinds of work; a band that climbs is a queue.',
      width: 12,
      query: heat(SERVICE, CHOSEN),
    }),
    heatMap({
      title: 'Response time, all answers',
      about:
        'Darker: more answers. What is here and not in the service times is waiting that the ' +
        'target caused.',
      width: 12,
      query: heat(RESPONSE, CHOSEN),
    }),
    lines({
      title: 'Service time by action, ${quantile:text}',
      about: 'Which action is slow. Compare actions with themselves over time.',
      width: 12,
      unit: 's',
      queries: byAction(SERVICE),
    }),
    lines({
      title: 'Response time by action, ${quantile:text}',
      about: 'Which action chargers wait for. Far above its service time: it waits for others.',
      width: 12,
      unit: 's',
      queries: byAction(RESPONSE),
    }),
    lines({
      title: 'Waiting behind own CALLs, ${quantile:text}',
      about:
        'Response time without service time. OCPP allows one outstanding CALL a charger, so a ' +
        'slow target delays what comes next; near 0 is good.',
      width: 12,
      unit: 's',
      queries: [
        [
          `clamp_min((${quantile('$quantile', RESPONSE, { where: CHOSEN })}) - ` +
            `(${quantile('$quantile', SERVICE, { where: CHOSEN })}), 0)`,
          'response without service',
        ],
      ],
    }),
    lines({
      title: 'Response time of what waited offline',
      about:
        'CALLs that had waited for a connection; they are not in the panels above. 0 when there ' +
        'was none.',
      width: 12,
      unit: 's',
      queries: [
        [orZero(quantile('0.5', 'ocpp_call_offline_duration_seconds')), 'p50'],
        [orZero(quantile('$quantile', 'ocpp_call_offline_duration_seconds')), '${quantile:text}'],
      ],
    }),
  ],
};
