import { describe, expect, test } from 'vitest';
import { formatOf } from '../../src/prometheus/accept.ts';

const PROTOBUF =
  'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited';
/** As Prometheus 2.42 asks, with native histograms and without. */
const WITH_NATIVE = [
  ...[PROTOBUF, 'application/openmetrics-text;version=1.0.0;q=0.8'],
  ...['text/plain;version=0.0.4;q=0.5', '*/*;q=0.1'],
].join(',');
const WITHOUT = [
  ...['application/openmetrics-text;version=1.0.0', 'application/openmetrics-text;q=0.75'],
  ...['text/plain;version=0.0.4;q=0.5', '*/*;q=0.1'],
].join(',');

describe('formatOf', () => {
  test.each([
    [WITH_NATIVE, 'protobuf'],
    [WITHOUT, 'openMetrics'],
    [`text/plain, ${PROTOBUF}`, 'text'],
    [`text/plain;q=0.5, ${PROTOBUF}; q=0.4`, 'text'],
    [`${PROTOBUF};q=0`, 'text'],
    ['application/vnd.google.protobuf;proto=other;encoding=delimited', 'text'],
    [PROTOBUF.replace('delimited', 'text'), 'text'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'text'],
    ['*/*', 'text'],
    ['image/png', 'text'],
    [',;;q=,', 'text'],
    ['', 'text'],
    [undefined, 'text'],
  ])('%s', (accept, format) => {
    expect(formatOf(accept)).toBe(format);
  });
});
