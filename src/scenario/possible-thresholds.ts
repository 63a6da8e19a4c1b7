/** Whether a threshold can hold at all: figures have limits that are known before the run. */
import type { Metric } from '../metrics/metric.ts';
import { type Expression, parseExpression, type Selector } from '../thresholds/parse.ts';
import { isRecord } from './checks.ts';
import { type Mistakes, wrongPart } from './mistakes.ts';
import type { Fleet } from './types.ts';

/** @param list of thresholds without a mistake, as the scenario has it at `path`. */
export function checkPossible(
  mistakes: Mistakes,
  path: string,
  list: readonly unknown[],
  { metric }: Selector,
  fleets: readonly Fleet[],
): void {
  for (const [index, each] of list.entries()) {
    const [at, text] = isRecord(each)
      ? [`${path}[${index}].threshold`, String(each['threshold'])]
      : [`${path}[${index}]`, String(each)];
    const fix = neverHolds(parseExpression(text, metric), metric, fleets);
    if (fix === null) continue;
    wrongPart(mistakes, at, { text, from: 0, to: text.length }, 'can never hold', fix);
  }
}

/** Why; null: it may hold. */
function neverHolds(expression: Expression, metric: Metric, fleets: readonly Fleet[]) {
  const most = mostOf(metric, expression, fleets);
  if (mayHold(expression, most)) return null;
  if (expression.limit <= 0) return `${metric.name} is never below 0`;
  return metric.type === 'rate'
    ? 'a share is never above 1'
    : `the scenario has ${most} ${metric.most}`;
}

/** Of a figure from 0 to `most`. */
function mayHold({ comparison, limit }: Expression, most: number): boolean {
  switch (comparison) {
    case '<':
      return limit > 0;
    case '<=':
      return limit >= 0;
    case '>':
      return limit < most;
    case '>=':
      return limit <= most;
    case '==':
      return limit >= 0 && limit <= most;
    case '!=':
      return true;
  }
}

function mostOf(
  { type, most }: Metric,
  { statistic }: Expression,
  fleets: readonly Fleet[],
): number {
  if (type === 'rate') return 1;
  if (most === undefined || statistic.kind === 'rate') return Number.POSITIVE_INFINITY;
  const each = ({ chargers, model }: Fleet) =>
    most === 'chargers' ? chargers : chargers * model.connectors;
  return fleets.reduce((sum, fleet) => sum + each(fleet), 0);
}
