import { test } from 'vitest';
import { expectGolden } from '../report/golden.ts';
import { prometheusPage } from './page.ts';

test('docs/prometheus.md is what the sources say', () => {
  expectGolden('../../docs/prometheus.md', prometheusPage());
});
