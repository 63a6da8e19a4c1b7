/** Findings as tables of text. */
import type { Figure, Findings, GeneratorFigures, Row, StallRow, WireRow } from './findings.ts';

/** The first `texts` columns to the left, the others to the right. */
export function aligned(lines: readonly (readonly string[])[], texts: number): string {
  const widths = lines[0].map((_, column) =>
    Math.max(...lines.map((cells) => cells[column].length)),
  );
  return lines
    .map((cells) =>
      cells
        .map((c, i) => (i < texts ? c.padEnd(widths[i]) : c.padStart(widths[i])))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three digits of milliseconds below 10, else fewer: no more than what is measured. */
export const ms = (value: number): string => value.toFixed(Math.abs(value) < 100 ? 2 : 1);
const signed = (value: number) => `${value < 0 ? '' : '+'}${ms(value)}`;
const percent = (share: number) => `${(share * 100).toFixed(2)} %`;
export const count = (n: number) => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ' ');

const HEAD = ['case', 'load', 'latency', 'against', 'samples'];
const FIGURE_HEAD = ['truth', 'ours', 'off', 'limit', 'theory'];

const figureCells = ({ truth, ours, limit, theory }: Figure) => [
  ...[ms(truth), ms(ours), signed(ours - truth)],
  ...[limit, theory].map((value) => (value === null ? '-' : ms(value))),
];

/** Milliseconds. */
export function rowsTable(rows: readonly Row[]): string {
  const heads = (name: string) => FIGURE_HEAD.map((each) => (each === 'truth' ? name : each));
  return aligned(
    [
      [...HEAD, ...heads('p50'), ...heads('p99'), ''],
      ...rows.map((row) => [
        ...[row.case, row.load, row.latency, row.witness, count(row.samples)],
        ...figureCells(row.p50),
        ...figureCells(row.p99),
        row.p50.isOver || row.p99.isOver ? 'over' : 'ok',
      ]),
    ],
    4,
  );
}

export function wireTable(rows: readonly WireRow[]): string {
  const head = ['service', '', 'pairs', 'ours - wire: p50', 'p90', 'p99', 'p99.9', 'max', 'mean'];
  return aligned(
    [
      [...head, ...['wire - target, a CALL: p50', 'p99', 'max']],
      ...rows.map(({ oursLessWire: ours, wireLessTarget: added, ...row }) => [
        ...[row.case, row.load, count(row.pairs)],
        ...[ours.p50, ours.p90, ours.p99, ours.p999, ours.max, ours.mean].map(signed),
        ...[added.p50, added.p99, added.max].map(signed),
      ]),
    ],
    2,
  );
}

/** How far a stall shows in response times, and how little of it in service times alone. */
export function stallTable(rows: readonly StallRow[]): string {
  const head = ['stall', 'longest response: ours', 'truth', 'least'];
  const shares = ['responses above half: ours', 'truth', 'theory', 'service times: ours', 'truth'];
  const verdict = ({ longest, response }: StallRow) =>
    longest.isOver || response.isOver ? 'over' : 'ok';
  return aligned(
    [
      [...head, ...shares, ''],
      ...rows.map((row) => [
        ...[row.load, ms(row.longest.ours), ms(row.longest.truth)],
        ms((row.longest.theory ?? 0) - (row.longest.limit ?? 0)),
        ...[row.response.ours, row.response.truth, row.response.theory ?? 0].map(percent),
        ...[row.service.ours, row.service.truth].map(percent),
        verdict(row),
      ]),
    ],
    1,
  );
}

/** Everything; blank tables are left out. */
export function findingsText(all: readonly Findings[]): string {
  const wire = all.flatMap((each) => each.wire ?? []);
  const stalls = all.flatMap((each) => each.stall ?? []);
  return [
    rowsTable(all.flatMap(({ rows }) => rows)),
    ...(wire.length > 0 ? [wireTable(wire)] : []),
    ...(stalls.length > 0 ? [stallTable(stalls)] : []),
  ].join('\n\n');
}

export function generatorText(generator: GeneratorFigures): string {
  const { cpuShare, lateP99Ms, loopDelayP99Ms, trust } = generator;
  const busy = `${Math.round(cpuShare * 100)} % of a processor`;
  const late = `late sends p99 ${ms(lateP99Ms)} ms, loop delay p99 ${ms(loopDelayP99Ms)} ms`;
  return `generator: ${busy}, ${late}; it calls the run ${trust}`;
}

export function isOver({ rows, stall, problems }: Findings): boolean {
  const figures = [
    ...rows.flatMap(({ p50, p99 }) => [p50, p99]),
    ...(stall === null ? [] : [stall.longest, stall.response]),
  ];
  return problems.length > 0 || figures.some((each) => each.isOver);
}
