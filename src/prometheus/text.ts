/** The exposition as text: the client library writes and escapes it. */
import { type Metric, Registry } from 'prom-client';
import { classicLines, type Reading } from './readings.ts';

export const TEXT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;
export const OPEN_METRICS_TYPE = Registry.OPENMETRICS_CONTENT_TYPE;
export type TextType = typeof TEXT_TYPE | typeof OPEN_METRICS_TYPE;

/** Families without values are left out. */
export async function expositionText(
  readings: readonly Reading[],
  type: TextType = TEXT_TYPE,
): Promise<string> {
  const registry = new Registry(type);
  for (const reading of readings) {
    if (reading.values.length > 0) registry.registerMetric(metricOf(reading));
  }
  return registry.metrics();
}

/**
 * Of a metric a registry asks for these alone, as it does of those that `Registry.aggregate` makes;
 * the library's own histograms cannot be set, only observe. OpenMetrics has it change the name.
 */
function metricOf(reading: Reading): Metric<string> {
  const { name, help, type } = reading;
  const metric = {
    ...{ name, help, type },
    get: async () => ({ name: metric.name, help, type, values: linesOf(reading) }),
  };
  return metric as unknown as Metric<string>;
}

function linesOf(reading: Reading) {
  if (reading.type !== 'histogram') return reading.values;
  return reading.values.flatMap((value) =>
    classicLines(reading.name, value).map((line) => ({
      metricName: line.name,
      labels: line.le === null ? {} : { le: line.le },
      sharedLabels: value.labels,
      value: line.value,
    })),
  );
}
