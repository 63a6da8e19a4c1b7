/** What Node says of this process: the default metrics of the client library. */
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { NumberReading } from './readings.ts';

/**
 * Left out: names that no Prometheus should have (gauges that end in `_total`, types in names),
 * what the generator has better by worker, and open descriptors, as counting tens of thousands of
 * them takes longer than all the rest.
 */
const LEFT_OUT = [
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_eventloop_utilization_summary',
  'nodejs_eventloop_utilization_histogram',
  'nodejs_gc_duration_seconds',
  'process_open_fds',
] as const;

export interface NodeMetrics {
  readonly families: readonly Omit<NumberReading, 'values'>[];
  read(runId: string): Promise<NumberReading[]>;
}

/** Starts to watch this thread's event loop. */
export function nodeMetrics(): NodeMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  for (const name of LEFT_OUT) registry.removeSingleMetric(name);
  return {
    families: registry
      .getMetricsAsArray()
      .map(({ name, help, type }) => ({ name, help, type: type as NumberReading['type'] })),
    async read(runId) {
      const metrics = await registry.getMetricsAsJSON();
      return metrics.map(({ name, help, type, values }) => ({
        ...{ name, help, type: type as NumberReading['type'] },
        values: values.map(({ labels, value }) => ({
          labels: { ...textsOf(labels), run_id: runId },
          value,
        })),
      }));
    },
  };
}

const textsOf = (labels: Readonly<Partial<Record<string, string | number>>>) =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, String(value)]));
