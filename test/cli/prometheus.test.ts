import { expect, test } from 'vitest';
import { prometheusOutputs } from '../../src/cli/prometheus.ts';

test('without a flag nothing is opened and nothing said', async () => {
  const said: string[] = [];
  for (const overrides of [{}, { metrics: false, metricsBuckets: [1] }]) {
    expect(await prometheusOutputs(overrides, (text) => said.push(text))).toEqual({});
  }
  expect(said).toEqual([]);
});

test('each flag is an output', async () => {
  const said: string[] = [];
  const say = (text: string) => void said.push(text);
  const metrics = await prometheusOutputs({ metrics: { host: '127.0.0.1', port: 0 } }, say);
  metrics.close?.();
  expect(said).toEqual([expect.stringMatching(/^metrics for Prometheus: http:/)]);
  for (const overrides of [{ pushGateway: 'http://h' }, { remoteWrite: 'http://h' }]) {
    const outputs = await prometheusOutputs(overrides, say);
    // Nothing was started, so there is nothing to deliver.
    await outputs.end?.({} as never, {} as never);
    expect(outputs.errors?.()).toEqual([]);
    outputs.close?.();
  }
  expect(said).toHaveLength(1);
});
