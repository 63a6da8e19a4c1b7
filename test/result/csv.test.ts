import { expect, test } from 'vitest';
import { readCsv } from '../../src/base/csv.ts';
import { CSV_HEADER, csvRows } from '../../src/result/csv.ts';
import type { Interval } from '../../src/series/interval.ts';
import { deltaReader } from '../../src/snapshot/delta.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler } from '../report/fixtures.ts';

test('a row a second, gauges as they stand, empty where nothing was measured', () => {
  const fill = filler();
  const reader = deltaReader([fill.memory]);
  const second = (index: number): Interval => ({
    ...{ index, fromS: index, toS: index + 1.0004, stage: 'steady', health: null },
    delta: reader.read(true),
  });
  fill.count('connected', 5);
  fill.count('booted', 4);
  fill.calls('Heartbeat', STAGE_STEADY, { sent: 4, answered: 3, callError: 1 });
  const first = second(0);
  fill.count('connected', -2);
  const row = csvRows(1);
  const rows = readCsv(CSV_HEADER + row(first) + row(second(1)), 'run.csv');
  const [one, two] = rows
    .slice(1)
    .map(({ cells }) => Object.fromEntries(rows[0].cells.map((name, i) => [name, cells[i]])));
  expect(one).toMatchObject({
    ...{ from_s: '0.000', to_s: '1.000', stage: 'steady', connected: '5', booted: '4' },
    ...{ charging: '0', calls_sent: '4', calls_answered: '3', calls_failed: '1' },
    service_p50_ms: expect.stringMatching(/^\d\.\d+$/),
  });
  expect(Number(one['service_p50_ms'])).toBeLessThanOrEqual(Number(one['service_max_ms']));
  expect(two).toMatchObject({
    ...{ connected: '3', booted: '4', calls_sent: '0', service_p50_ms: '', response_max_ms: '' },
    ...{ late_sends_p99_ms: '', loop_delay_p99_ms: '' },
  });
});
