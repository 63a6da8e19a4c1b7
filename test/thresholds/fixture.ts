import { parseExpression, parseSelector } from '../../src/thresholds/parse.ts';
import type { Threshold } from '../../src/thresholds/types.ts';

/** A threshold as a plan has it. */
export function threshold(
  selector: string,
  expression: string,
  changes: Partial<Threshold> = {},
): Threshold {
  const { metric, labels } = parseSelector(selector, ['a']);
  return {
    selector,
    metric: metric.name,
    labels: { ...labels } as Record<string, string>,
    expression,
    ...parseExpression(expression, metric),
    windowNs: null,
    abortOnFail: false,
    delayAbortEvalNs: 0,
    ...changes,
  };
}
