/** What a panel shows of a range of time, asked from a real Prometheus. */
import type { Prometheus, Range } from '../../support/prometheus.ts';
import { fillIn } from '../promql.ts';
import type { PanelFile, Target } from '../reading.ts';

export interface Line {
  readonly name: string;
  readonly refId: string;
  readonly points: readonly { readonly atS: number; readonly value: number }[];
}
/** A bucket of a histogram at a moment; `count` is a second. */
export interface Cell {
  readonly atS: number;
  readonly lowS: number;
  readonly highS: number;
  readonly count: number;
}
export interface PanelData {
  readonly lines: readonly Line[];
  readonly cells: readonly Cell[];
}

export type Variables = Readonly<Record<string, string>>;

export async function panelData(
  prometheus: Prometheus,
  { targets = [] }: PanelFile,
  variables: Variables,
  range: Range,
): Promise<PanelData> {
  const lines: Line[] = [];
  const cells: Cell[] = [];
  // One after the other: a browser asks for what is seen, not for all at once.
  for (const target of targets) {
    const promql = fillIn(target.expr, variables);
    if (target.format === 'heatmap') cells.push(...(await cellsOf(prometheus, promql, range)));
    else lines.push(...(await linesOf(prometheus, promql, target, variables, range)));
  }
  return { lines, cells };
}

async function linesOf(
  prometheus: Prometheus,
  promql: string,
  { legendFormat, refId }: Target,
  variables: Variables,
  range: Range,
): Promise<Line[]> {
  const found = await prometheus.queryRange(promql, range);
  return found.map(({ metric, values }) => {
    const label = legendFormat.replace(/\{\{(\w+)\}\}/g, (_, name) => metric[name] ?? '');
    return { name: fillIn(label, variables), refId, points: values };
  });
}

interface Matrix {
  readonly result: readonly {
    readonly metric: Readonly<Record<string, string>>;
    readonly values?: readonly (readonly [number, string])[];
    readonly histograms?: readonly (readonly [number, { readonly buckets?: readonly Bucket[] }])[];
  }[];
}
type Bucket = readonly [boundaries: number, low: string, high: string, count: string];

/** Native histograms say their buckets themselves; classic ones are cumulative series of `le`. */
async function cellsOf(prometheus: Prometheus, promql: string, range: Range): Promise<Cell[]> {
  const { startS, endS, stepS } = range;
  const query = `query=${encodeURIComponent(promql)}&start=${startS}&end=${endS}&step=${stepS}`;
  const { result } = (await prometheus.api(`/api/v1/query_range?${query}`)) as Matrix;
  const native = result.flatMap(({ histograms = [] }) =>
    histograms.flatMap(([atS, { buckets = [] }]) =>
      buckets.map(([, low, high, count]) => ({
        ...{ atS, lowS: Number(low), highS: Number(high), count: Number(count) },
      })),
    ),
  );
  return native.length > 0 ? native : classicCells(result);
}

function classicCells(result: Matrix['result']): Cell[] {
  const buckets = result
    .map(({ metric, values = [] }) => ({
      highS: Number((metric['le'] ?? '').replace('+Inf', 'Infinity')),
      at: new Map(values.map(([atS, value]) => [atS, Number(value)])),
    }))
    .sort((a, b) => a.highS - b.highS);
  return buckets.flatMap(({ highS, at }, i) =>
    [...at].map(([atS, count]) => {
      const below = buckets[i - 1];
      return {
        atS,
        lowS: below?.highS ?? 0,
        highS,
        count: Math.max(0, count - (below?.at.get(atS) ?? 0)),
      };
    }),
  );
}
