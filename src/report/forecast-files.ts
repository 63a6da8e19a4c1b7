/** A forecast for other programs: JSON with every figure, CSV with a row an interval. */
import { csvCell } from '../base/csv.ts';
import { BIN_COLUMNS, type BinColumn, type Bins, callsOf, columnOf } from '../forecast/bins.ts';
import type { Pattern } from '../forecast/series.ts';
import { ACTIONS } from '../ocpp/actions.ts';
import type { Forecast } from './forecast.ts';

/** Units are in the names: rates a second, moments in seconds since the start. */
export function forecastJson({ plan, assumed, figures, nodes }: Forecast): string {
  const { latency, bootIntervalS, outage } = assumed;
  const { rampNs, warmupNs, steadyNs, graceNs } = plan.stages;
  const { minute, quarterHour, ...others } = figures;
  const document = {
    schema: 'ocpp-load/forecast/1',
    scenario: plan.name,
    description: plan.description,
    dialect: plan.dialect,
    seed: plan.seed,
    chargers: plan.chargerCount,
    stages: {
      rampS: rampNs / 1e9,
      warmupS: warmupNs / 1e9,
      steadyS: steadyNs / 1e9,
      graceS: graceNs / 1e9,
    },
    assumed: {
      latency: { kind: latency.kind, meanMs: latency.meanNs / 1e6 },
      bootIntervalS,
      outage: outage && { fromS: outage.fromNs / 1e9, toS: outage.toNs / 1e9 },
    },
    ...others,
    minute: patternOf(minute),
    quarterHour: patternOf(quarterHour),
    nodes,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const patternOf = (pattern: Pattern | null) =>
  pattern && { ...pattern, means: Array.from(pattern.means, (mean) => Number(mean.toFixed(3))) };

/** Counted in an interval; the others are how many there are at its end. */
const isCount = (column: BinColumn) =>
  BIN_COLUMNS.indexOf(column) < BIN_COLUMNS.indexOf('connected');

/** `connectsAttempted` -> `connects_attempted`; actions keep their names. */
const headOf = (column: BinColumn) =>
  (ACTIONS as readonly string[]).includes(column)
    ? column
    : column.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/**
 * A row for each `stepS` seconds: sums of what is counted in them, and how many chargers are
 * connected and charge, and messages wait, at their end. Actions that never occur have no column.
 */
export function* forecastCsv(bins: Bins, stepS: number): Generator<string> {
  const all = BIN_COLUMNS.map((column) => ({ column, values: columnOf(bins, column) }));
  const shown = all.filter(
    ({ column, values }) =>
      !(ACTIONS as readonly string[]).includes(column) || values.some((value) => value > 0),
  );
  const calls = callsOf(bins);
  const heads = shown.map(({ column }) => headOf(column));
  yield `${['at_s', 'length_s', 'calls', 'peak_calls_per_s', ...heads].map(csvCell).join(',')}\n`;
  for (let fromS = 0; fromS < bins.seconds; fromS += stepS) {
    const toS = Math.min(bins.seconds, fromS + stepS);
    const sum = (values: Float64Array) =>
      values.subarray(fromS, toS).reduce((total, value) => total + value, 0);
    const peak = calls.subarray(fromS, toS).reduce((most, value) => Math.max(most, value), 0);
    const cells = shown.map(({ column, values }) =>
      isCount(column) ? sum(values) : values[toS - 1],
    );
    yield `${[fromS, toS - fromS, sum(calls), peak, ...cells].join(',')}\n`;
  }
}
