import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compilePlan } from '../../src/plan/compile.ts';
import { bundleLine, markOf, planSha256, scenarioSha256, sha256 } from '../../src/plan/mark.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import { smallScenario } from '../e2e/support.ts';
import { scratchFolder } from '../scenario/scratch.ts';

const planOf = (changes: object = {}, fleet: object = {}, seed = 1) =>
  compilePlan(validateScenario(smallScenario(changes, fleet), 'test.ts'), {
    ...{ name: 'test.ts', file: null, seed },
  });
const mark = (...args: Parameters<typeof planOf>) => planSha256(planOf(...args), 'file');

test('the same load has the same mark for any seed and target', () => {
  expect(mark()).toMatch(/^[0-9a-f]{64}$/);
  expect(mark({ target: 'ws://csms.example/{id}', description: 'x' }, {}, 2)).toBe(mark());
});

test('another load has another', () => {
  const marks = [mark(), mark({ duration: '700ms' }), mark({}, { chargers: 11 })];
  expect(new Set(marks).size).toBe(3);
});

test('a load with scripts is also what its file says', () => {
  const plan = { ...planOf(), scriptCount: 1 };
  expect(planSha256(plan, 'a')).not.toBe(planSha256(plan, 'b'));
  expect(planSha256(planOf(), 'a')).toBe(planSha256(planOf(), 'b'));
});

test('a bundle is the file that it was made of', () => {
  const [file, bundled] = ['a.ts', 'a.mjs'].map((name) => join(scratchFolder(), name));
  writeFileSync(file, 'export default 1;');
  const origin = sha256('export default 1;');
  writeFileSync(bundled, `${bundleLine(origin)}\nvar a = 1;`);
  expect([file, bundled].map(scenarioSha256)).toEqual([origin, origin]);
  const plans = [file, bundled].map((scenarioFile) => ({
    ...planOf(),
    ...{ scriptCount: 1, scenarioFile },
  }));
  expect(markOf(plans[0])).toBe(markOf(plans[1]));
});

test('what only looks like a bundle is itself; a file that is gone has no hash', () => {
  const file = join(scratchFolder(), 'a.ts');
  const line = bundleLine('A'.repeat(64));
  writeFileSync(file, line);
  expect(scenarioSha256(file)).toBe(sha256(line));
  expect([`${file}x`, null].map(scenarioSha256)).toEqual([null, null]);
});
