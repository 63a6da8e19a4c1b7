/** From measured values to rows of the table; pure. */

/** How ours is held against the limit. */
export type Comparison =
  | 'ratio' // ours / baseline, pair by pair
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
  /** Median of the pairs' ratios or differences, or ours. */
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
  const compared = median(compare(spec.comparison, oursValues, baselineValues));
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
    comparison === 'ratio' ? value / baseline[i] : value - baseline[i],
  );
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

const SIGNS: Readonly<Record<Comparison, string>> = { ratio: 'x ', difference: '+ ', absolute: '' };

function formatNumber(value: number | null): string {
  if (value === null) return '-';
  const decimals = Math.abs(value) >= 100 ? 0 : 2;
  return value.toFixed(decimals);
}
