import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  DEFAULT_LIMITS,
  LIMIT_UNITS,
  type LimitedCause,
  UNLIMITED_CAUSES,
} from '../../src/health/limits.ts';
import { HEALTH_CAUSES } from '../../src/health/verdict.ts';

const docs = readFileSync(new URL('../../docs/verdict.md', import.meta.url), 'utf8');

/** The columns DEGRADED and INVALID of the row of a cause. */
function documented(cause: string): string[] {
  const row = docs.split('\n').find((line) => line.startsWith(`| \`${cause}\` |`));
  return (
    row
      ?.split('|')
      .map((cell) => cell.trim())
      .slice(3, 5) ?? []
  );
}

function written(cause: LimitedCause, value: number): string {
  if (LIMIT_UNITS[cause] === 'bytes') return `${value / 1e6} MB`;
  if (LIMIT_UNITS[cause] === 'ms') return value < 1000 ? `${value} ms` : `${value / 1000} s`;
  return value === 0 ? 'any' : `${Number((value * 100).toFixed(3))} %`;
}

const CAUSES = Object.keys(DEFAULT_LIMITS.causes) as LimitedCause[];

test.each(CAUSES)('docs/verdict.md has the limits of %s', (cause) => {
  const { degraded, invalid } = DEFAULT_LIMITS.causes[cause];
  expect(documented(cause)).toEqual([written(cause, degraded), written(cause, invalid)]);
});

test('every cause has a limit and a row, but for those that have only a row', () => {
  expect([...CAUSES, ...UNLIMITED_CAUSES].toSorted()).toEqual(HEALTH_CAUSES.toSorted());
  expect(documented('lostWorker')).toEqual(['', 'always']);
  expect(documented('lostShare')).toEqual(['always', '']);
  expect(documented('missing')).toEqual(['5 %', '']);
});

test.each(CAUSES)('%s: INVALID is no milder than DEGRADED', (cause) => {
  const { degraded, invalid } = DEFAULT_LIMITS.causes[cause];
  const sign = cause === 'memory' ? -1 : 1;
  expect(invalid * sign).toBeGreaterThan(degraded * sign);
});
