import { expect, test } from 'vitest';
import { lagOf, lagSamples } from '../../src/prometheus/loop-lag.ts';

test('a lag is told in seconds, of what came since it was told before', () => {
  const lag = lagSamples();
  expect(lag.read()).toBeNull();
  for (const ms of [4, 1, 2, 3]) lag.add(ms);
  expect(lag.read()).toMatchObject({ last: 0.003, min: 0.001, max: 0.004, mean: 0.0025 });
  lag.add(7);
  expect(lag.read()).toMatchObject({ last: 0.007, min: 0.007, max: 0.007, stddev: 0 });
  // Two scrapers, or one in a hurry.
  expect(lag.read()).toMatchObject({ last: 0.007, p99: 0.007 });
});

test('percentiles are of the samples themselves', () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
  expect(lagOf(samples)).toMatchObject({ p50: 50, p90: 90, p99: 99, max: 100, last: 1 });
  expect(lagOf([1, 3]).stddev).toBe(1);
});

test('nobody who looks: the last of it is kept', () => {
  const lag = lagSamples();
  for (let i = 0; i < 10_000; i++) lag.add(i * 1000);
  expect(lag.read()).toMatchObject({ min: 10_000 - 256, max: 9_999 });
});
