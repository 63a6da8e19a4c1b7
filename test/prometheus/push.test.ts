import { expect, test } from 'vitest';
import { groupUrl } from '../../src/prometheus/push.ts';

test.each([
  ['http://h:9091', 'a-1', 'http://h:9091/metrics/job/ocpp-load/run_id/a-1'],
  ['https://u:p@h/push/', 'Süd', 'https://u:p@h/push/metrics/job/ocpp-load/run_id/S%C3%BCd'],
])('%s, run %s', (url, runId, group) => {
  expect(groupUrl(url, runId)).toBe(group);
});
