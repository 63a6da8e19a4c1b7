/** From measured values to rows of the table; pure. */
import { randomStream } from '../../src/base/random.ts';

/** How ours is held against the limit. */
export type Comparison =
  | 'ratio' // ours / baseline, pair by pair
  | 'ratioBound' // the same, held against its upper 95 % bound
  | 'difference' // ours - baseline, pair by pair
  | 'absolute'; // ours alone

export interface Row {
  readonly name: string;
  readonly unit: string;
  /** Medians; null where nothing was measured. */
  readonly ours: number | null;
  readonly baselineName: string;
  readonly baseline: number | null;
  readonly comparison: Comparison;
  /** Median of the pairs' ratios or differences, or ours; of a `ratioBound` the bound. */
  readonly compared: number | null;
  readonly limit: number;
  readonly verdict: 'ok' | 'over' | 'not measured';
  readonly oursValues: readonly number[];
  readonly baselineValues: readonly number[];
}

export type RowSpec = Pick<Row, 'name' | 'unit' | 'comparison' | 'limit' | 'baselineName'>;

/** The i-th values of both are a pair: measured one after the other. */
export function makeRow(
  spec: RowSpec,
  oursValues: readonly number[],
  baselineValues: readonly number[] = [],
): Row {
  const values = compare(spec.comparison, oursValues, baselineValues);
  const compared = spec.comparison === 'ratioBound' ? upperBound(values) : median(values);
  const over = compared !== null && compared > spec.limit;
  return {
    ...spec,
    ours: median(oursValues),
    baseline: median(baselineValues),
    compared,
    verdict: compared === null ? 'not measured' : over ? 'over' : 'ok',
    oursValues,
    baselineValues,
  };
}

function compare(
  comparison: Comparison,
  ours: readonly number[],
  baseline: readonly number[],
): readonly number[] {
  if (comparison === 'absolute') return ours;
  const pairs = ours.slice(0, baseline.length);
  return pairs.map((value, i) =>
    comparison === 'difference' ? value - baseline[i] : value / baseline[i],
  );
}

const RESAMPLES = 10_000;

/**
 * The upper 95 % bound of the geometric mean of ratios, by a bootstrap whose draws are always the
 * same. Null of nothing.
 */
export function upperBound(ratios: readonly number[]): number | null {
  if (ratios.length === 0) return null;
  const random = randomStream(1);
  const logs = ratios.map(Math.log);
  const draw = () => logs[Math.floor(random() * logs.length)];
  const means = Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    for (let i = 0; i < logs.length; i++) sum += draw();
    return sum / logs.length;
  }).sort((a, b) => a - b);
  return Math.exp(means[Math.ceil(0.95 * RESAMPLES) - 1]);
}

/** Null of nothing. */
export function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** An aligned table, a line a row. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [
    ['bench', 'unit', 'ours', 'baseline', '', 'compared', 'limit', ''],
    ...rows.map((row) => [
      row.name,
      row.unit,
      formatNumber(row.ours),
      formatNumber(row.baseline),
      row.baselineName,
      `${SIGNS[row.comparison]}${formatNumber(row.compared)}`.trim(),
      formatNumber(row.limit),
      row.verdict,
    ]),
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map((l) => l[column].length)));
  const isText = (column: number) => [0, 1, 4, 7].includes(column);
  return lines
    .map((cells) =>
      cells
        .map((c, i) => (isText(i) ? c.padEnd(widths[i]) : c.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

const SIGNS: Readonly<Record<Comparison, string>> = {
  ratio: 'x ',
  ratioBound: 'x < ',
  difference: '+ ',
  absolute: '',
};

function formatNumber(value: number | null): string {
  if (value === null) return '-';
  const decimals = Math.abs(value) >= 100 ? 0 : 2;
  return value.toFixed(decimals);
}
