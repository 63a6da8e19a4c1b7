import { describe, expect, test } from 'vitest';
import { fillIn, groupsIn, matchersIn, metricsIn } from './promql.ts';

const QUERY =
  'sum by (action, le) (rate(ocpp_a_bucket{run_id="$run",fate=~"x|y",t="a} ocpp_z"}[4s])) / ocpp_b';

describe('what a query needs', () => {
  test('metrics, not words in strings, labels or functions', () => {
    expect(metricsIn(QUERY)).toEqual(['ocpp_a_bucket', 'ocpp_b']);
    expect(metricsIn('run_action:ocpp_calls:rate30s > 1')).toEqual([
      'run_action:ocpp_calls:rate30s',
    ]);
  });

  test('labels that are matched, with their values', () => {
    expect(matchersIn(QUERY)).toEqual([
      { metric: 'ocpp_a_bucket', label: 'run_id', values: null },
      { metric: 'ocpp_a_bucket', label: 'fate', values: ['x', 'y'] },
      { metric: 'ocpp_a_bucket', label: 't', values: ['a} ocpp_z'] },
    ]);
  });

  test('labels that are grouped by', () => {
    expect(groupsIn(QUERY)).toEqual([{ metric: 'ocpp_a_bucket', labels: ['action', 'le'] }]);
    expect(groupsIn('max by (cause) (generator_trouble)')).toEqual([
      { metric: 'generator_trouble', labels: ['cause'] },
    ]);
  });

  test('variables', () => {
    expect(
      fillIn('a{r="$run"}[$__r] offset ${shift}s $no', { run: 'x', __r: '4s', shift: '-3' }),
    ).toBe('a{r="x"}[4s] offset -3s $no');
  });
});
