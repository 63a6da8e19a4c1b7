/** From runs to the numbers that are compared: a figure a metric and a run, or a block of one. */
import { UserError } from '../base/errors.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { MetricValues } from './decide.ts';
import {
  DEFAULT_PRIMARY,
  type Figure,
  informationMetrics,
  type Metric,
  parseMetric,
} from './metrics.ts';
import { type Arrangement, blocksOf, type ComparedRun, wholeOf } from './runs.ts';

export interface ComparedValues {
  readonly primary: readonly MetricValues[];
  readonly information: readonly MetricValues[];
  /** A sentence each. */
  readonly notes: readonly string[];
}

export interface ValueOptions {
  /** Names; null: the default ones, as far as there is enough of them. */
  readonly primary: readonly string[] | null;
  readonly minBlockS: number;
}

/** @throws UserError when a declared metric, or each of the default ones, has too few samples. */
export function valuesOf(arrangement: Arrangement, options: ValueOptions): ComparedValues {
  const { design } = arrangement;
  const wanted = (options.primary ?? DEFAULT_PRIMARY).map(parseMetric);
  const [sample] = arrangement.base;
  const others = informationMetrics(wholeOf(sample)).filter(
    ({ name }) => !wanted.some((metric) => metric.name === name),
  );
  const metrics = [...wanted, ...others];
  const unitsOf = (runs: readonly ComparedRun[]) =>
    runs.flatMap((run) => figuresOf(run, metrics, design === 'blocks' ? options.minBlockS : null));
  const [base, next] = [unitsOf(arrangement.base), unitsOf(arrangement.next)];
  if (Math.min(base.length, next.length) < 2) {
    throw new UserError(
      `the steady stage has room for one block of ${options.minBlockS} s`,
      'blocks show how much they differ by themselves when there are several: run for longer',
    );
  }
  const all = [...base, ...next];
  const columns = metrics.map((metric, i) => {
    const fewest = Math.min(...all.map((figures) => figures[i].samples));
    const values = (units: Figure[][]) => units.map((figures) => figures[i].value);
    return { metric, fewest, values: { ...metric, base: values(base), next: values(next) } };
  });
  const unit = design === 'blocks' ? 'block' : 'run';
  const few = columns
    .slice(0, wanted.length)
    .filter(({ metric, fewest }) => fewest < metric.samplesNeeded);
  const enough = columns.slice(0, wanted.length).filter((column) => !few.includes(column));
  if (options.primary !== null && few.length > 0) throw tooFew(few[0], unit);
  // CALLs that failed alone must not decide about a change of speed.
  if (few.length > 0 && !enough.some(({ metric }) => metric.kind === 'time')) {
    throw tooFew(few[0], unit);
  }
  return {
    primary: enough.map(({ values }) => values),
    information: columns
      .filter((column) => column.fewest > 0 && !enough.includes(column))
      .map(({ values }) => values),
    notes: few.map((column) => `${column.metric.name} does not decide: ${fewText(column, unit)}`),
  };
}

/** A row a unit, in the order of the metrics. */
function figuresOf(run: ComparedRun, metrics: readonly Metric[], blockS: number | null) {
  const units: Iterable<Snapshot> = blockS === null ? [wholeOf(run)] : blocksOf(run, blockS);
  return Array.from(units, (unit) => metrics.map((metric) => metric.figureOf(unit)));
}

interface Counted {
  readonly metric: Metric;
  readonly fewest: number;
}

const fewText = ({ metric, fewest }: Counted, unit: string) =>
  `a ${unit} has ${fewest} samples of it, and ${metric.samplesNeeded} are needed`;

const tooFew = (counted: Counted, unit: string) =>
  new UserError(
    `${counted.metric.name} cannot decide: ${fewText(counted, unit)}`,
    'run for longer or with more chargers, or declare others with --primary',
  );
