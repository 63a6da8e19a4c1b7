/** Finds in PromQL what must exist: metrics, labels and their values; and fills in variables. */

export interface Matcher {
  readonly metric: string;
  readonly label: string;
  /** Of `=` and of alternatives in `=~`; null where a variable decides. */
  readonly values: readonly string[] | null;
}

const METRIC = /\b(?:(?:ocpp|generator|nodejs|process)_\w+|run(?:_action)?:\w+:\w+)/g;

/** Without strings and label lists, in which other words stand. */
const bare = (promql: string) =>
  promql.replace(/"(?:\\.|[^"\\])*"/g, '""').replace(/\{[^}]*\}/g, '{}');

export const metricsIn = (promql: string): string[] => [
  ...new Set(bare(promql).match(METRIC) ?? []),
];

export function matchersIn(promql: string): Matcher[] {
  return [...promql.matchAll(/([\w:]+)\{((?:"(?:\\.|[^"\\])*"|[^}"])*)\}/g)].flatMap(
    ([, metric, inside]) =>
      [...inside.matchAll(/(\w+)(=~|!~|!=|=)"((?:\\.|[^"\\])*)"/g)].map(
        ([, label, operator, value]) => ({
          ...{ metric, label },
          values: value.includes('$') ? null : operator.includes('~') ? value.split('|') : [value],
        }),
      ),
  );
}

/** The labels that a metric is grouped by. */
export function groupsIn(promql: string): { metric: string; labels: string[] }[] {
  const group = /by \(([^)]*)\)\s*\((?:\w+\()*([\w:]+)[{[)]/g;
  return [...promql.matchAll(group)].map(([, labels, metric]) => ({
    metric,
    labels: labels.split(/,\s*/),
  }));
}

/** As Grafana does it; a variable that is not there stays, and Prometheus refuses it. */
export const fillIn = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/\$\{([\w:]+)\}|\$(\w+)/g, (all, braced, plain) => values[braced ?? plain] ?? all);
