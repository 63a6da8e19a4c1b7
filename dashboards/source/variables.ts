/** What can be chosen above the dashboard, and what is marked in all of its panels. */
import {
  AnnotationQueryBuilder,
  CustomVariableBuilder,
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableHide,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DATASOURCE } from './panels.ts';
import { series } from './promql.ts';

/** Runs of so long ago can be chosen, whatever time the dashboard shows. */
const LONG = '[30d]';
const started = (matchers: string) =>
  `max by (run_id) (max_over_time(ocpp_load_start_time_seconds${matchers}${LONG}))`;
const RUN_ID = '/run_id="([^"]+)"/';

const query = (name: string, label: string, text: string) =>
  new QueryVariableBuilder(name)
    .label(label)
    .datasource(DATASOURCE)
    .query({ query: text, refId: name })
    .refresh(VariableRefresh.OnTimeRangeChanged)
    .sort(VariableSort.Disabled);

const runs = (name: string, label: string, about: string) =>
  query(name, label, `query_result(sort_desc(${started('')}))`)
    .description(about)
    .regex(RUN_ID);

const values = (name: string, label: string) =>
  query(name, label, `label_values(${series('ocpp_calls_total')}, ${name})`)
    .sort(VariableSort.AlphabeticalAsc)
    .multi(true)
    .includeAll(true)
    .allValue('.*')
    .current({ text: 'All', value: '$__all' });

const QUANTILES = [
  ['p50', '0.5'],
  ['p90', '0.9'],
  ['p95', '0.95'],
  ['p99', '0.99'],
  ['p99.9', '0.999'],
] as const;
const DEFAULT_QUANTILE = 'p99';

const OPTIONS = QUANTILES.map(([text, value]) => ({
  ...{ text, value },
  selected: text === DEFAULT_QUANTILE,
}));

const quantiles = () =>
  new CustomVariableBuilder('quantile')
    .label('Quantile')
    .description('Of the panels that draw one quantile.')
    .values(OPTIONS.map(({ text, value }) => `${text} : ${value}`).join(', '))
    .options(OPTIONS)
    .current(OPTIONS.filter(({ selected }) => selected)[0]);

/** How much later, in ms, the run began than the other one; Prometheus takes no offset of 0. */
const shift = () => {
  const begin = (run: string) => `max(${started(`{run_id="$${run}"}`)})`;
  const laterMs = `round(1000 * (${begin('run')} - ${begin('compare')}))`;
  return query('shift', 'Shift', `query_result((${laterMs} != 0) or vector(1))`)
    .regex('/ (-?\\d+) /')
    .hide(VariableHide.HideVariable);
};

export const variables = () => [
  new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
  runs('run', 'Run', 'The run that is looked at; the last one comes first.'),
  runs('compare', 'Compare with', 'Another run, drawn over it in the last row.'),
  values('action', 'Action'),
  values('fleet', 'Fleet'),
  quantiles(),
  shift(),
];

const annotation = (name: string, colour: string, expr: string, title: string) =>
  new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .step('1s')
    .titleFormat(title);

export const annotations = () => [
  annotation('Stages', 'blue', `${series('ocpp_load_stage')} == 1`, '{{stage}}'),
  annotation(
    'Events',
    'orange',
    `changes(${series('ocpp_load_events_total')}[$__rate_interval]) > 0`,
    'event: see the log of the run',
  ),
];
