import { expect, test } from 'vitest';
import { ok, problem, problemsOf, unknown, warning } from '../../src/doctor/finding.ts';

test('problems are what keeps a run from working, nothing else', () => {
  const wrong = problem('node', 'old', 'nvm install 24');
  const findings = [ok('node', 'a'), unknown('cpu', 'b'), warning('memory', 'c', 'd'), wrong];
  expect(problemsOf(findings)).toEqual([wrong]);
});
