import { collectDefaultMetrics, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { lagSamples } from '../../src/prometheus/loop-lag.ts';
import { NODE_FAMILIES, nodeMetrics } from '../../src/prometheus/node.ts';

const lag = lagSamples();
const node = nodeMetrics('a-run', lag);
const figure = (name: string) => node.families.find((each) => each.name === name)?.values[0];

test('names and meanings are those of the client library', () => {
  const register = new Registry();
  collectDefaultMetrics({ register });
  const theirs = new Map(register.getMetricsAsArray().map((each) => [each.name, each]));
  for (const { name, help, type } of NODE_FAMILIES) {
    expect(theirs.get(name), name).toMatchObject({ help, type });
  }
});

test('figures are those of Node, each known here', () => {
  lag.add(2);
  node.update();
  for (const { name, labels, values } of node.families) {
    expect(labels.every(({ run_id }) => run_id === 'a-run')).toBe(true);
    expect(values.every(Number.isFinite), name).toBe(true);
  }
  const { rss, heapTotal } = process.memoryUsage();
  expect(Math.abs((figure('process_resident_memory_bytes') ?? 0) / rss - 1)).toBeLessThan(0.2);
  expect(Math.abs((figure('nodejs_heap_size_total_bytes') ?? 0) / heapTotal - 1)).toBeLessThan(0.2);
  expect(figure('nodejs_eventloop_lag_max_seconds')).toBe(0.002);
  expect(figure('process_cpu_seconds_total')).toBeCloseTo(
    (figure('process_cpu_user_seconds_total') ?? 0) +
      (figure('process_cpu_system_seconds_total') ?? 0),
  );
  const startedAgoS = Date.now() / 1000 - (figure('process_start_time_seconds') ?? 0);
  expect(Math.abs(startedAgoS - process.uptime())).toBeLessThan(2);
  const space = node.families.find(({ name }) => name === 'nodejs_heap_space_size_used_bytes');
  expect(space?.labels.map((each) => each['space'])).toContain('old');
});

test('the lag of a loop that nobody has watched yet is not known', () => {
  const fresh = nodeMetrics('a-run', lagSamples());
  fresh.update();
  const values = fresh.families.filter(({ name }) => name.startsWith('nodejs_eventloop_lag'));
  expect(values.flatMap((each) => [...each.values])).toEqual(new Array(8).fill(Number.NaN));
});
