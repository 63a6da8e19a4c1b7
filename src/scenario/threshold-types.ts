import type { Duration } from '../base/units.ts';
import type { MetricName } from '../metrics/catalogue.ts';

type Aggregation = `p(${number})` | 'med' | 'avg' | 'min' | 'max' | 'count' | 'rate' | 'value';
type Comparison = '<' | '<=' | '>' | '>=' | '==' | '===' | '!=';
type Space = '' | ' ';

/**
 * What must hold of a metric, in k6's grammar; docs/metrics.md says what can be asked of which.
 * Durations are in ms, a rate is a share of 0 to 1, the `rate` of a counter is a second.
 * @example 'p(99)<500'
 */
export type ThresholdExpression = `${Aggregation}${Space}${Comparison}${Space}${number}`;

export interface LongThreshold {
  readonly threshold: ThresholdExpression;
  /** Ends the run as soon as it does not hold; looked at each second. Default false. */
  readonly abortOnFail?: boolean;
  /** Not before so long into the stage that it looks at. Default none. */
  readonly delayAbortEval?: Duration;
  /**
   * It must hold in every stretch of this length of the steady stage, a whole number of seconds,
   * not only over all of it: a stall of half a minute does not hide in an hour.
   */
  readonly window?: Duration;
}

/**
 * What must hold for a run to pass: by metric, with labels in braces, lists of expressions.
 * @example
 * {
 *   'ocpp_call_duration{action:BootNotification}': ['p(99)<500'],
 *   ocpp_call_failed: [{ threshold: 'rate<0.01', abortOnFail: true, delayAbortEval: '30s' }],
 * }
 */
export type Thresholds = {
  readonly [Selector in MetricName | `${MetricName}{${string}}`]?: readonly (
    | ThresholdExpression
    | LongThreshold
  )[];
};
