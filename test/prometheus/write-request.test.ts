import { expect, test } from 'vitest';
import { writeRequest } from '../../src/prometheus/write-request.ts';
import { all, decode, messages, text } from './decode.ts';
import { exporterOf, fullSnapshot, intervalOf, planOf } from './readings.ts';

test('every series has sorted labels and one sample', () => {
  const exporter = exporterOf(planOf());
  exporter.interval(intervalOf(fullSnapshot(2)));
  const atMs = 1_790_000_000_123;
  const seen = new Set<string>();
  for (const series of messages(decode(writeRequest(exporter.readings(), atMs)), 1)) {
    const labels = messages(series, 1).map((pair) => [text(pair, 1), text(pair, 2)] as const);
    const names = labels.map(([name]) => name);
    expect(names).toEqual(names.toSorted());
    expect(names).toContain('run_id');
    seen.add(JSON.stringify(labels));
    const [sample, ...others] = messages(series, 2);
    expect(others).toEqual([]);
    expect(all(sample, 1)[0]).toEqual(expect.any(Number));
    expect(all(sample, 2)).toEqual([BigInt(atMs)]);
  }
  const expected = exporter
    .readings()
    .reduce((sum, { type, values }) => sum + values.length * (type === 'histogram' ? 18 : 1), 0);
  expect(seen.size).toBe(expected);
});
