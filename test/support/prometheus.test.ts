import { describe, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { describeWith } from './programs.ts';
import { scrapeConfig, startPrometheus } from './prometheus.ts';

describeWith(['prometheus'], 'a real Prometheus', () => {
  test('answers PromQL, and is gone when it is stopped', { timeout: 60_000 }, async () => {
    const prometheus = await startPrometheus();
    try {
      expect(await prometheus.query('1 + 1')).toEqual([{ metric: {}, value: 2 }]);
      expect(await prometheus.query('vector(1 / 0)')).toEqual([{ metric: {}, value: Infinity }]);
      const range = { startS: 10, endS: 12, stepS: 1 };
      const [{ values }] = await prometheus.queryRange('vector(time())', range);
      expect(values).toEqual([10, 11, 12].map((s) => ({ atS: s, value: s })));
      await expect(prometheus.query('sum(')).rejects.toThrow('parse error');
    } finally {
      await prometheus.stop();
    }
    await expect(fetch(`${prometheus.url}/-/ready`)).rejects.toThrow();
  });

  test('says why it does not start', { timeout: 60_000 }, async () => {
    await expect(startPrometheus({ config: 'nonsense: 1\n' })).rejects.toThrow('did not start');
  });
});

describe('its helpers', () => {
  test('a free port is one that can be taken', async () => {
    expect(await freePort()).toBeGreaterThan(1023);
    expect(scrapeConfig('127.0.0.1:9464')).toContain("- targets: ['127.0.0.1:9464']");
  });
});
