/** Two runs on one time line: the other one is moved so that both begin at the same place. */

import { RESPONSE, SERVICE } from './latency.ts';
import { lines, ORANGE, type Query, RED, stat, steps } from './panels.ts';
import {
  CHOSEN,
  failed,
  perSecond,
  quantile,
  quantileSoFar,
  share,
  total,
  type Which,
} from './promql.ts';

const both = (query: (which: Which) => string): Query[] => [
  [query('run'), '$run'],
  [query('compare'), '$compare (compared with)'],
];

const difference = (query: (which: Which) => string): Query => [
  `(${query('run')}) / ((${query('compare')}) > 0) - 1`,
  'difference',
];

const OTHER = /compared with/;

const shareFailed = (of: typeof total) => (which: Which) =>
  share(failed(of, { which }), of('ocpp_calls_total', { where: CHOSEN, which }));
const failedSoFar = shareFailed(total);

const soFar = (metric: string) => (which: Which) =>
  quantileSoFar('$quantile', metric, { where: CHOSEN, which });

const SO_FAR =
  'At the same time after the start, all that was measured until then; with the same run chosen ' +
  'twice, 0. `ocpp-load compare` says whether a difference is more than chance.';

export const COMPARISON = {
  title: 'Comparison with another run',
  panels: [
    stat({
      title: 'Response ${quantile:text}, difference',
      about: `More than 0: slower than the run compared with. ${SO_FAR}`,
      width: 6,
      unit: 'percentunit',
      decimals: 1,
      query: difference(soFar(RESPONSE)),
      limits: steps([0.05, ORANGE], [0.2, RED]),
    }),
    stat({
      title: 'Service ${quantile:text}, difference',
      about: `More than 0: slower than the run compared with. ${SO_FAR}`,
      width: 6,
      unit: 'percentunit',
      decimals: 1,
      query: difference(soFar(SERVICE)),
      limits: steps([0.05, ORANGE], [0.2, RED]),
    }),
    stat({
      title: 'CALLs, difference',
      about: `Far from 0 the runs did not offer the same load: compare nothing else. ${SO_FAR}`,
      width: 6,
      unit: 'percentunit',
      decimals: 1,
      query: difference((which) => total('ocpp_calls_total', { where: CHOSEN, which })),
    }),
    stat({
      title: 'Failed, difference',
      about: `Points of percent of the CALLs; more than 0 is worse. ${SO_FAR}`,
      width: 6,
      unit: 'percentunit',
      decimals: 2,
      query: [`(${failedSoFar('run')}) - (${failedSoFar('compare')})`, 'difference'],
      limits: steps([0.001, ORANGE], [0.01, RED]),
    }),
    lines({
      title: 'Response time, ${quantile:text}',
      about: 'The other run is dashed. Look where the lines part, and what was done then.',
      width: 12,
      unit: 's',
      queries: both((which) => quantile('$quantile', RESPONSE, { where: CHOSEN, which })),
      dashed: OTHER,
    }),
    lines({
      title: 'Service time, ${quantile:text}',
      about: 'The other run is dashed.',
      width: 12,
      unit: 's',
      queries: both((which) => quantile('$quantile', SERVICE, { where: CHOSEN, which })),
      dashed: OTHER,
    }),
    lines({
      title: 'CALLs/s',
      about: 'The other run is dashed. The load of both must be the same for a fair comparison.',
      width: 12,
      unit: 'cps',
      queries: both((which) => perSecond('ocpp_calls_total', { where: CHOSEN, which })),
      dashed: OTHER,
    }),
    lines({
      title: 'Share of CALLs that failed',
      about: 'The other run is dashed.',
      width: 12,
      unit: 'percentunit',
      queries: both(shareFailed(perSecond)),
      dashed: OTHER,
    }),
  ],
};
