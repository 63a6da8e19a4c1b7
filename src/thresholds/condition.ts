import { formatDurationNs } from '../base/units.ts';
import type { Threshold } from './types.ts';

/** What must hold, as people read it: `p(95)<2000 in every 3s`. */
export function conditionText({
  expression,
  windowNs,
}: Pick<Threshold, 'expression' | 'windowNs'>): string {
  return windowNs === null ? expression : `${expression} in every ${formatDurationNs(windowNs)}`;
}

/** What is told of one with `abortOnFail` that does not hold. */
export const endsRunText = (threshold: Threshold): string =>
  `${threshold.selector} ${conditionText(threshold)} does not hold: the run ends`;
