/** docs/metrics.md, as the catalogue has it. */
import { METRICS } from '../../src/metrics/catalogue.ts';
import { FLEETS, type Metric } from '../../src/metrics/metric.ts';

const HEAD = `# Metrics

Written by \`UPDATE_GOLDEN=1 npx vitest run test/metrics\` from \`src/metrics/\`; do not edit.

These are the names that [thresholds](../README.md#thresholds) know. A label that is left out
stands for all of its values; \`ocpp_connect_duration\` alone is that of \`phase:ready\`.

A threshold looks at the **steady** stage where the figures of a metric are kept apart by stage, and
at the **whole** run where they are not, and for \`action:BootNotification\`, as boots belong to the
ramp; with a \`window\` always at windows of the steady stage. A gauge is looked at when that stage
ends, with a \`window\` when each window ends.

| type | asked for |
|---|---|
| trend | \`p(N)\`, \`med\`, \`avg\`, \`min\`, \`max\` in ms; \`count\` |
| counter | \`count\`; \`rate\`, which is the count a second |
| rate | \`rate\`, a share of 0 to 1 |
| gauge | \`value\` |

| metric | type | unit | stage | labels | meaning |
|---|---|---|---|---|---|
`;

/** Lists of values that more than one metric has are told below the table. */
const TOLD_BELOW = 6;

export function metricsPage(): string {
  const rows = METRICS.map(
    (metric) =>
      `| \`${metric.name}\` | ${metric.type} | ${metric.unit || '-'} | ${metric.scope} | ` +
      `${labelsOf(metric)} | ${metric.meaning} |`,
  );
  return `${HEAD}${rows.join('\n')}\n\n## Values of labels\n\n${longLists().join('\n')}\n`;
}

const entriesOf = ({ labels }: Metric) => Object.entries(labels);

function labelsOf(metric: Metric): string {
  const texts = entriesOf(metric).map(([label, values]) =>
    values === FLEETS || values.length > TOLD_BELOW
      ? `\`${label}\``
      : `\`${label}\`: ${values.join(', ')}`,
  );
  return texts.join('; ') || '-';
}

function longLists(): string[] {
  const lists = new Map<string, string[]>();
  for (const metric of METRICS) {
    for (const [label, values] of entriesOf(metric)) {
      if (values !== FLEETS && values.length <= TOLD_BELOW) continue;
      const text =
        values === FLEETS ? "the names of the scenario's fleets" : values.map(code).join(', ');
      const key = `\`${label}\`: ${text}`;
      lists.set(key, [...(lists.get(key) ?? []), code(metric.name)]);
    }
  }
  return [...lists].map(([key, names]) => `- ${names.join(', ')}: ${key}`);
}

const code = (text: string) => `\`${text}\``;
