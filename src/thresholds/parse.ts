/**
 * The grammar of k6's thresholds: a selector `metric{label:value,other:value}`, and expressions
 * such as `p(99)<500`. Spaces may stand around every part.
 */
import { nearest } from '../base/nearest.ts';
import { METRIC_NAMES, metricNamed } from '../metrics/catalogue.ts';
import { FLEETS, type LabelName, type Labels, type Metric } from '../metrics/metric.ts';
import { type Flaw, flawAt, type Piece, split, trimmed } from './flaw.ts';
import type { Statistic, Threshold } from './types.ts';

export interface Selector {
  readonly metric: Metric;
  readonly labels: Labels;
}

export type Expression = Pick<Threshold, 'statistic' | 'comparison' | 'limit'>;

/** What each type of metric can be asked for, as in k6. */
export const AGGREGATIONS = {
  trend: ['p(N)', 'med', 'avg', 'min', 'max', 'count'],
  counter: ['count', 'rate'],
  rate: ['rate'],
  gauge: ['value'],
} as const satisfies Readonly<Record<Metric['type'], readonly string[]>>;

/** Names that other tools have for ours. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  mean: 'avg',
  average: 'avg',
  median: 'med',
  minimum: 'min',
  maximum: 'max',
};

const SELECTOR_FORM = 'such as ocpp_call_duration{action:BootNotification}';

/**
 * @param fleets the names that the label `fleet` may have.
 * @throws Flaw
 */
export function parseSelector(text: string, fleets: readonly string[]): Selector {
  const match = /^([^{}]*)(?:\{([^{}]*)\}\s*)?$/.exec(text);
  if (match === null) throw flawAt({ text, at: 0 }, 'is no metric with labels', SELECTOR_FORM);
  const [, head, inner] = match;
  const name = trimmed({ text: head, at: 0 });
  const metric = metricNamed(name.text);
  if (metric === undefined) throw unknownMetric(name);
  if (inner === undefined) return { metric, labels: {} };
  const labels: Partial<Record<LabelName, string>> = {};
  for (const pair of split({ text: inner, at: head.length + 1 }, ',')) {
    const [label, value] = parseLabel(metric, trimmed(pair), fleets);
    if (label in labels) throw flawAt(trimmed(pair), 'has a label twice', 'write it once');
    labels[label] = value;
  }
  return { metric, labels };
}

function unknownMetric(name: Piece): Flaw {
  const near = nearest(name.text, METRIC_NAMES);
  const fix = near ? `did you mean \`${near}\`?` : 'docs/metrics.md lists them';
  return flawAt(name, 'has an unknown metric', fix);
}

function parseLabel(metric: Metric, pair: Piece, fleets: readonly string[]): [LabelName, string] {
  const [name, value, ...rest] = split(pair, ':').map(trimmed);
  const names = Object.keys(metric.labels);
  const takes = names.length ? `${metric.name} has: ${names.join(', ')}` : 'leave it out';
  if (value === undefined || rest.length > 0) {
    throw flawAt(pair, 'has a label that is not written name:value', takes);
  }
  const allowed = Object.hasOwn(metric.labels, name.text)
    ? metric.labels[name.text as LabelName]
    : undefined;
  if (allowed === undefined) {
    const near = nearest(name.text, names);
    const says = names.length ? 'has an unknown label' : 'has a label, but its metric has none';
    throw flawAt(name, says, near ? `did you mean \`${near}\`?  ${takes}` : takes);
  }
  const values = allowed === FLEETS ? fleets : allowed;
  if (values.includes(value.text)) return [name.text as LabelName, value.text];
  throw flawAt(value, `has an unknown ${name.text}`, nearestOf(value.text, values));
}

/** So many values are listed beside a good guess; more would bury it. */
const FEW = 8;

function nearestOf(word: string, values: readonly string[]): string {
  const near = nearest(word, values);
  const list = `one of: ${values.join(', ')}`;
  if (near === undefined) return list;
  const guess = `did you mean \`${near}\`?`;
  return values.length > FEW ? guess : `${guess}  ${list}`;
}

const COMPARISONS: Readonly<Record<string, Threshold['comparison']>> = {
  '<': '<',
  '<=': '<=',
  '>': '>',
  '>=': '>=',
  '==': '==',
  '===': '==',
  '!=': '!=',
};

const NUMBER = /^-?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * An expression for `metric`.
 * @throws Flaw
 */
export function parseExpression(text: string, metric: Metric): Expression {
  const match = /^([^<>=!]*)([<>=!]+)([^<>=!]*)$/.exec(text);
  if (match === null) {
    const fix = `an aggregation, a comparison and a number, such as '${exampleOf(metric)}'`;
    throw flawAt({ text, at: 0 }, 'is no threshold', fix);
  }
  const [, left, sign, right] = match;
  const comparison = COMPARISONS[sign];
  if (comparison === undefined) {
    const fix = `one of: ${Object.keys(COMPARISONS).join(' ')}`;
    throw flawAt({ text: sign, at: left.length }, 'has an unknown comparison', fix);
  }
  const statistic = parseStatistic(trimmed({ text: left, at: 0 }), metric);
  const unit = statistic.kind === 'count' ? '' : metric.unit;
  const limit = parseLimit(trimmed({ text: right, at: left.length + sign.length }), metric, unit);
  return { statistic, comparison, limit };
}

export const exampleOf = ({ type }: Metric): string =>
  ({ trend: 'p(99)<500', counter: 'count>100', rate: 'rate<0.01', gauge: 'value>100' })[type];

function parseStatistic(piece: Piece, { type, name }: Metric): Statistic {
  const allowed: readonly string[] = AGGREGATIONS[type];
  const [, inBrackets] = /^p\s*\(([^()]*)\)$/.exec(piece.text) ?? [];
  if (inBrackets !== undefined && type === 'trend') {
    const percentile = NUMBER.test(inBrackets.trim()) ? Number(inBrackets) : Number.NaN;
    if (percentile > 0 && percentile <= 100) return { kind: 'percentile', percentile };
    throw flawAt(piece, 'has a wrong percentile', 'above 0 and at most 100, such as p(99.9)');
  }
  const word = piece.text;
  if (word !== 'p(N)' && allowed.includes(word)) return { kind: word } as Statistic;
  const guess = guessOf(word, allowed);
  const list = `a ${type} has: ${allowed.join(', ')}`;
  const says = `asks for what ${name} does not have`;
  throw flawAt(piece, says, guess ? `did you mean \`${guess}\`?  ${list}` : list);
}

function guessOf(word: string, allowed: readonly string[]): string | undefined {
  const [, bare] = /^p(\d+(?:\.\d+)?)$/.exec(word) ?? [];
  if (bare !== undefined && allowed.includes('p(N)')) return `p(${bare})`;
  const other = OTHER_NAMES[word.toLowerCase()];
  return nearest(word, allowed) ?? (allowed.includes(other) ? other : undefined);
}

function parseLimit(piece: Piece, { type }: Metric, unit: string): number {
  const says = 'has a wrong limit';
  if (NUMBER.test(piece.text)) {
    const limit = Number(piece.text);
    if (!Number.isFinite(limit)) throw flawAt(piece, says, 'write a smaller number');
    if (type !== 'rate' || (limit >= 0 && limit <= 1)) return limit;
    throw flawAt(piece, says, 'a rate is a share from 0 to 1: 0.05 is 5 %');
  }
  const [, amount] = /^(\d+(?:\.\d+)?) ?[a-z/%]+$/i.exec(piece.text) ?? [];
  const bare =
    type === 'rate' ? 'a share from 0 to 1' : `a bare number${unit === 'ms' ? ', in ms' : ''}`;
  const guess = amount && type !== 'rate' ? `: ${amount}` : '';
  throw flawAt(piece, says, `write ${bare}${guess}`);
}
