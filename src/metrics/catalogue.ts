/** Every metric that can be named: in thresholds, and wherever else figures have names. */
import { CALL_METRICS } from './calls.ts';
import { COMMAND_METRICS } from './commands.ts';
import { CONNECTION_METRICS } from './connections.ts';
import { GENERATOR_METRICS } from './generator.ts';
import type { Metric } from './metric.ts';
import { TRANSACTION_METRICS } from './transactions.ts';

const ALL = [
  ...CALL_METRICS,
  ...CONNECTION_METRICS,
  ...TRANSACTION_METRICS,
  ...COMMAND_METRICS,
  ...GENERATOR_METRICS,
] as const;

export type MetricName = (typeof ALL)[number]['name'];

export const METRICS: readonly Metric<MetricName>[] = ALL;
export const METRIC_NAMES: readonly MetricName[] = ALL.map(({ name }) => name);

const BY_NAME: ReadonlyMap<string, Metric> = new Map(METRICS.map((each) => [each.name, each]));

export const metricNamed = (name: string): Metric | undefined => BY_NAME.get(name);
