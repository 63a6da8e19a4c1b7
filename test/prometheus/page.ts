/** docs/prometheus.md, as the sources have it. */
import { FLEETS } from '../../src/metrics/metric.ts';
import { DEFAULT_BOUNDS_S, SCHEMA } from '../../src/prometheus/bins.ts';
import { families, OF_RUN } from '../../src/prometheus/families.ts';
import { NODE_FAMILIES } from '../../src/prometheus/node.ts';

const bounds = DEFAULT_BOUNDS_S.map((boundS) =>
  boundS < 1 ? `${boundS * 1000} ms` : `${boundS} s`,
).join(', ');

const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

const FLAGS = [
  row(
    '`--metrics [host:port]`',
    'serves `/metrics` while the run lasts, at 127.0.0.1:9464 when it does not say where',
  ),
  row('`--metrics-buckets 5ms,10ms,50ms`', 'other bounds of the classic buckets'),
  row(
    '`--push-gateway URL`',
    'puts the last figures to `URL/metrics/job/ocpp-load/run_id/ID`, in place of what was there',
  ),
  row('`--remote-write URL`', 'writes there every 5 seconds and at the end'),
  row(
    '`--run-id NAME`',
    'the `run_id` of every series; without it `<scenario>-<start, UTC>-<seed>`',
  ),
];

const TROUBLES = [
  row('nobody can listen at the address', 'exit code 104 before the run'),
  row('a scraper that does not read', 'it is cut off after 15 seconds; nobody waits for it'),
  row(
    'the push gateway does not answer within 5 seconds, or refuses',
    'exit code 104 after the report, as for a file that cannot be written',
  ),
  row(
    'the receiver of remote writes is slow or gone',
    'one request at a time, at most 12 wait, older ones are dropped; how many is told at the ' +
      'end, and the exit code stays',
  ),
];

const WIDER = `${((2 ** (2 ** -SCHEMA) - 1) * 100).toFixed(2)} %`;

const HEAD = `# Prometheus

Written by \`UPDATE_GOLDEN=1 npx vitest run test/prometheus\` from \`src/prometheus/\` and
\`src/metrics/\`; do not edit.

| flag of \`run\` | what it does |
|---|---|
${FLAGS.join('\n')}

\`\`\`yaml
# prometheus.yml; start Prometheus with --enable-feature=native-histograms for exact percentiles
scrape_configs:
  - job_name: ocpp-load
    scrape_interval: 1s
    static_configs:
      - targets: ['127.0.0.1:9464']
\`\`\`

\`\`\`promql
# p99 of each action by native histogram, and by classic buckets
histogram_quantile(0.99, sum by (action) (rate(ocpp_call_duration_seconds[30s])))
histogram_quantile(0.99, sum by (action, le) (rate(ocpp_call_duration_seconds_bucket[30s])))
sum by (action) (rate(ocpp_calls_total[10s]))
sum(rate(ocpp_call_fates_total{fate!="answered"}[30s])) / sum(rate(ocpp_calls_total[30s]))
\`\`\`

Figures are of the whole run with all its stages, and at most a second old. Every series has
\`run_id\`. All labels have closed sets of values: a million chargers have as many series as five.
Counters are there from the start, at 0; a histogram comes with its first value.

The address is that of this machine alone unless \`--metrics\` names another; one that others can
reach is told on stderr. Only addresses, \`localhost\` and the name given are answered, against
pages that rebind their own name. The endpoint is gone when the run is over, so thresholds, the
last verdict and the last second reach Prometheus by \`--push-gateway\` or \`--remote-write\` alone.

A scrape costs the main thread 2 to 3 ms of CPU time as protobuf and some milliseconds more as
text, whatever the number of chargers; keeping the figures costs less than 1 ms a second (one fleet,
a scrape a second, busy 2-core machine). The threads of the chargers do nothing for it.

## Histograms

- A value counts where the highest value of its HDR slot lies, as in the percentiles of the report.
  \`_sum\` is of the middles of the slots, so that \`_sum / _count\` is the mean of the report.
- Classic buckets: ${bounds}.
- Native buckets: schema ${SCHEMA}, each ${WIDER} wider than the one before, so a percentile is that
  far off at most. They need the protobuf format, which Prometheus asks for when it has the feature.
  From 2.45 on, \`scrape_classic_histograms: true\` keeps the classic buckets as well.
- Pushed and remotely written are classic buckets, without the metrics of Node.

## What can go wrong

| what | then |
|---|---|
${TROUBLES.join('\n')}

User name and password in a URL are sent as Basic authorization, and shown nowhere.

## Metrics

| metric | type | unit | labels | meaning |
|---|---|---|---|---|
`;

const NODE = `
## Metrics of Node

Of the main thread and the process, named as the client library names them. The event loop's lag is
the longest of each quarter second.

| metric | type | meaning |
|---|---|---|
`;

/** Lists of values that more than one metric has are told below the table. */
const TOLD_BELOW = 6;

export function prometheusPage(): string {
  const rows = families().map(
    ({ name, type, unit, labels, help }) =>
      `| \`${name}\` | ${type} | ${unit} | ${labelsText(labels)} | ${help} |\n`,
  );
  const node = NODE_FAMILIES.map(({ name, type, help }) => `| \`${name}\` | ${type} | ${help} |\n`);
  return `${HEAD}${rows.join('')}\n${longLists()}${NODE}${node.join('')}`;
}

const ownLabels = (labels: ReturnType<typeof families>[number]['labels']) =>
  Object.entries(labels).filter(([label]) => label !== 'run_id');

function labelsText(labels: ReturnType<typeof families>[number]['labels']): string {
  const texts = ownLabels(labels).map(([label, values]) =>
    typeof values === 'string' || values.length > TOLD_BELOW
      ? `\`${label}\``
      : `\`${label}\`: ${values.join(', ')}`,
  );
  return texts.join('; ') || '-';
}

function longLists(): string {
  const lists = new Map<string, string[]>();
  for (const { name, labels } of families()) {
    for (const [label, values] of ownLabels(labels)) {
      if (values === OF_RUN || (values !== FLEETS && values.length <= TOLD_BELOW)) continue;
      const text = values === FLEETS ? "the names of the scenario's fleets" : values.join(', ');
      const key = `\`${label}\`: ${text}`;
      lists.set(key, [...(lists.get(key) ?? []), `\`${name}\``]);
    }
  }
  return [...lists].map(([key, names]) => `- ${names.join(', ')}: ${key}\n`).join('');
}
