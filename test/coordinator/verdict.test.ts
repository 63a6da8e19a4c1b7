import { expect, test } from 'vitest';
import { together } from '../../src/coordinator/verdict.ts';
import type { Finding } from '../../src/health/verdict.ts';

const finding = (cause: Finding['cause'], changes: Partial<Finding> = {}): Finding => ({
  ...{ cause, level: 'DEGRADED', fromS: 5, toS: 9, text: `${cause} it was`, fix: 'mend it' },
  ...changes,
});

test('each cause is told once, with all who have it and their whole time', () => {
  const own = [
    { agent: 'a', finding: finding('lateness') },
    { agent: 'a', finding: finding('steal') },
    { agent: 'b', finding: finding('lateness', { fromS: 2, toS: 6, text: 'other words' }) },
    { agent: 'c', finding: finding('lateness', { fromS: 7, toS: 12 }) },
    { agent: 'c', finding: finding('steal', { level: 'INVALID' }) },
  ];
  expect(together(own)).toEqual([
    finding('lateness', { fromS: 2, toS: 12, text: 'agent a (and 2 others): lateness it was' }),
    finding('steal', { text: 'agent a: steal it was' }),
    finding('steal', { level: 'INVALID', text: 'agent c: steal it was' }),
  ]);
  expect(together([])).toEqual([]);
});
