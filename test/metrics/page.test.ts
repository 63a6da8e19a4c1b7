import { test } from 'vitest';
import { expectGolden } from '../report/golden.ts';
import { metricsPage } from './page.ts';

test('docs/metrics.md is what the catalogue says', () => {
  expectGolden('../../docs/metrics.md', metricsPage());
});
