/** Thresholds as plain data: parsed before the run, part of its plan. */

export type Statistic =
  | { readonly kind: 'percentile'; readonly percentile: number }
  | { readonly kind: 'count' | 'rate' | 'avg' | 'med' | 'min' | 'max' | 'value' };

export interface Threshold {
  /** As written: `ocpp_call_duration{action:BootNotification}`. */
  readonly selector: string;
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  /** As written: `p(99)<500`. */
  readonly expression: string;
  readonly statistic: Statistic;
  readonly comparison: '<' | '<=' | '>' | '>=' | '==' | '!=';
  readonly limit: number;
  /** null: over the whole steady stage. Else it must hold in every such window of it. */
  readonly windowNs: number | null;
  readonly abortOnFail: boolean;
  readonly delayAbortEvalNs: number;
}

export interface ThresholdResult {
  readonly threshold: Threshold;
  readonly passed: boolean;
  /** In the unit of the metric; of windows the worst. null: nothing was measured. */
  readonly measured: number | null;
  /** Of windows: the end of the worst, seconds since the start of the run. */
  readonly atS: number | null;
  /** The run was ended because of it. */
  readonly aborted: boolean;
}
