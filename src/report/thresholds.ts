/** What a run had to hold, and whether it did: the built-in threshold on boots is one of them. */
import { formatDurationNs } from '../base/units.ts';
import type { RunResult } from '../fleet/result.ts';
import { metricNamed } from '../metrics/catalogue.ts';
import { scopeOf } from '../metrics/metric.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunShare } from '../plan/split.ts';
import type { ResultFooter } from '../result/types.ts';
import { runCounter } from '../snapshot/snapshot.ts';
import { conditionText } from '../thresholds/condition.ts';
import { holds } from '../thresholds/measure.ts';
import type { Threshold, ThresholdResult } from '../thresholds/types.ts';
import { isWhole } from '../thresholds/window.ts';
import { cleanText } from './clean.ts';
import { type Look, paint, wrap } from './look.ts';
import { formatClock, formatCount } from './numbers.ts';
import { isPart } from './share.ts';

/** As JSON: `measured` in `unit`. */
export interface ThresholdSummary {
  readonly selector: string;
  readonly expression: string;
  readonly passed: boolean;
  readonly measured: number | null;
  readonly unit: string;
  /** Seconds; null: over the whole stage. */
  readonly windowS: number | null;
  readonly atS: number | null;
  readonly aborted: boolean;
  readonly builtIn: boolean;
  /** `p(99) = 11.2 ms`, as people read it; or why there is no figure. */
  readonly text: string;
}

/** The scenario's own, then the built-in one. */
export function thresholdsOf(result: RunResult): ThresholdSummary[] {
  return [
    ...result.thresholds.map((each) => summaryOf(each, result.steadyS, false)),
    ...bootResult(result).map((each) => summaryOf(each, result.steadyS, true)),
  ];
}

/** The same of a recorded run: as its summary has them, which a merged one has not. */
export function recordedThresholds(
  footer: Pick<ResultFooter, 'summary' | 'thresholds' | 'steadyS'>,
): ThresholdSummary[] {
  const kept = footer.summary?.['thresholds'];
  if (!Array.isArray(kept)) {
    return footer.thresholds.map((each) => summaryOf(each, footer.steadyS, false));
  }
  return (kept as ThresholdSummary[]).map((each) => ({
    ...each,
    selector: cleanText(each.selector),
    expression: cleanText(each.expression),
    text: cleanText(each.text),
  }));
}

/** The scenario's own, then those of every run. */
export const allThresholds = (result: RunResult): readonly ThresholdResult[] => [
  ...result.thresholds,
  ...bootResult(result),
];

/** The same, before a run. */
export const plannedThresholds = (plan: Plan, share?: RunShare): readonly Threshold[] =>
  isPart(share) ? [] : [...plan.thresholds, ...bootThreshold(plan)];

/** All planned chargers boot, but for those that may fail; nothing where all of them may. */
function bootThreshold({ chargerCount, allowedBootFailures }: Plan): Threshold[] {
  if (allowedBootFailures >= chargerCount) return [];
  const limit = (chargerCount - allowedBootFailures) / chargerCount;
  return [
    {
      selector: 'ocpp_charger_booted',
      metric: 'ocpp_charger_booted',
      labels: {},
      expression: `rate>=${limit}`,
      statistic: { kind: 'rate' },
      comparison: '>=',
      limit,
      windowNs: null,
      abortOnFail: false,
      delayAbortEvalNs: 0,
    },
  ];
}

function bootResult({ plan, share, snapshot }: RunResult): ThresholdResult[] {
  if (isPart(share)) return [];
  const measured = runCounter(snapshot, 'booted') / plan.chargerCount;
  return bootThreshold(plan).map((threshold) => {
    const passed = holds(threshold, measured);
    return { threshold, passed, measured, atS: null, aborted: false };
  });
}

export function summaryOf(
  result: ThresholdResult,
  steadyS: number,
  builtIn: boolean,
): ThresholdSummary {
  const { threshold, passed, measured, atS, aborted } = result;
  const { selector, expression, windowNs } = threshold;
  return {
    ...{ selector, expression, passed, measured, unit: unitOf(threshold) },
    ...{ windowS: windowNs === null ? null : windowNs / 1e9, atS, aborted, builtIn },
    text: measured === null ? whyNothing(threshold, steadyS) : measuredText(result, measured),
  };
}

function unitOf({ metric, statistic }: Threshold): string {
  const { type, unit = '' } = metricNamed(metric) ?? {};
  if (type === 'counter' && statistic.kind === 'rate') return `${unit}/s`;
  return type === 'trend' && statistic.kind === 'count' ? '' : unit;
}

/** @param steadyS how long that stage was. */
function whyNothing({ metric, labels, windowNs }: Threshold, steadyS: number): string {
  if (windowNs !== null && !isWhole(steadyS, windowNs / 1e9)) {
    return `no whole window of ${formatDurationNs(windowNs)} was measured`;
  }
  const known = metricNamed(metric);
  const ofSteady = known !== undefined && scopeOf(known, labels) === 'steady';
  return ofSteady && steadyS === 0
    ? 'the run ended before its steady stage'
    : 'nothing was measured';
}

function measuredText(
  { threshold, atS, aborted }: Pick<ThresholdResult, 'threshold' | 'atS' | 'aborted'>,
  measured: number,
): string {
  const { statistic, windowNs } = threshold;
  const asked =
    statistic.kind === 'percentile' ? `p(${statistic.percentile})` : String(statistic.kind);
  const unit = unitOf(threshold);
  const figure = `${asked} = ${numberText(threshold, measured)}${unit === '' ? '' : ` ${unit}`}`;
  const at = atS === null ? '' : formatClock(atS);
  if (aborted) return `${figure} at ${at}: ended the run`;
  return windowNs === null ? figure : `${figure} in the ${formatDurationNs(windowNs)} to ${at}`;
}

/** Three digits, or as many as it takes to see on which side of the limit it is. */
function numberText({ limit }: Threshold, measured: number): string {
  if (Number.isInteger(measured)) return formatCount(measured);
  const side = Math.sign(measured - limit);
  for (let digits = 3; digits < 17; digits++) {
    const rounded = Number(measured.toPrecision(digits));
    if (Math.sign(rounded - limit) === side) return String(rounded);
  }
  return String(measured);
}

/** `p(99)<500 in every 30s` */
const conditionOf = ({ expression, windowS }: ThresholdSummary) =>
  conditionText({ expression, windowNs: windowS === null ? null : windowS * 1e9 });

/** `ocpp_call_duration p(99)<500 in every 30s` */
export const nameOf = (threshold: ThresholdSummary) =>
  `${threshold.selector} ${conditionOf(threshold)}`;

/** Those that failed first; nothing where the scenario has none of its own. */
export function thresholdsSection(
  thresholds: readonly ThresholdSummary[],
  look: Look,
  title = 'THRESHOLDS',
): string[] {
  if (thresholds.every(({ builtIn }) => builtIn)) return [];
  const rows = [...thresholds]
    .sort((a, b) => Number(a.passed) - Number(b.passed))
    .map((each) => ({ ...each, condition: conditionOf(each) }));
  const widthOf = (name: 'selector' | 'condition') =>
    Math.max(...rows.map((each) => each[name].length));
  const [selectors, conditions] = [widthOf('selector'), widthOf('condition')];
  const lines = rows.flatMap(({ passed, selector, condition, text }) => {
    const mark = passed ? paint(look, 'green', '✓') : paint(look, 'red', '✗');
    const row = `${selector.padEnd(selectors)}   ${condition.padEnd(conditions)}   ${text}`;
    if (row.length + 6 <= look.width) return [`    ${mark} ${row}`];
    const below = wrap(`${condition}   ${text}`, look.width, '        ', '          ');
    return [`    ${mark} ${selector}`, ...below];
  });
  return [paint(look, 'bold', `  ${title}`), ...lines];
}

/**
 * What failed of the scenario's own, in words; '' when all hold. Where a run was cut short, that
 * nothing was measured is no failure.
 */
export function failedThresholds(
  thresholds: readonly ThresholdSummary[],
  complete: boolean,
): string {
  const own = thresholds.filter(({ builtIn }) => !builtIn);
  const failed = own.filter(({ passed }) => !passed);
  const known = complete || failed.some(({ measured }) => measured !== null);
  if (failed.length === 0 || !known) return '';
  if (failed.length > 1) {
    // Of the rows of the table, in which the built-in one stands as well.
    const all = thresholds.filter(({ passed }) => !passed);
    return `${all.length} of ${thresholds.length} thresholds failed`;
  }
  return `${nameOf(failed[0])}: ${failed[0].text}`;
}
