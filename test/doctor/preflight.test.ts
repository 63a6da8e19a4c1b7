import { expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import { ok, problem } from '../../src/doctor/finding.ts';
import { forRun, preflight, refusal } from '../../src/doctor/preflight.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { csms } from '../e2e/servers.ts';
import { smallScenario } from '../e2e/support.ts';

const planOf = (changes: Partial<Scenario>) =>
  compilePlan(smallScenario(changes), { name: 'preflight.ts', file: null, seed: 3 });

const refusalOf = (changes: Partial<Scenario>) =>
  preflight(planOf(changes), { workers: 'auto' }).then(
    () => null,
    (error: unknown) => error as UserError,
  );

test('a small run that can work has no warnings', async () => {
  const { url } = await csms();
  expect(await preflight(planOf({ target: url }), { workers: 'auto' })).toEqual([]);
  expect(await preflight(planOf({ target: 'embedded' }), { workers: 2 })).toEqual([]);
});

test('the target sees one connection and no message', async () => {
  const target = await csms();
  await preflight(planOf({ target: target.url }), { workers: 'auto' });
  expect(target.counters()).toMatchObject({ connectionsAccepted: 0, connectionsRefused: 0 });
});

test('a target that is down is a warning: it may come up', async () => {
  const target = await csms();
  await target.close();
  const warnings = await preflight(planOf({ target: target.url }), { workers: 'auto' });
  expect(warnings).toMatchObject([{ check: 'tcp', level: 'warning' }]);
  expect(warnings[0].text).toContain('connection refused');
});

test('an unknown host is a wrong address', async () => {
  const error = await refusalOf({ target: 'ws://nope.invalid/' });
  expect(error).toBeInstanceOf(UserError);
  expect(error?.exitCode).toBe(ExitCode.badConfiguration);
  expect(error?.message).toContain("the host 'nope.invalid' is not known");
});

test('more chargers than descriptors: what is wrong, and the fix', async () => {
  const fleets = smallScenario({}, { chargers: 1_000_000 }).fleets;
  const error = await refusalOf({ target: 'embedded', fleets });
  expect(error?.exitCode).toBe(ExitCode.preflight);
  expect(`${error?.message}\n${error?.hint}`).toMatch(/source ports: 1 000 000 to one address/);
});

test('all problems are told, the first one as the message', () => {
  const error = refusal([problem('node', 'old', 'nvm'), problem('memory', 'full', 'ps')]);
  expect(error.message).toBe('node: old');
  expect(error.hint).toBe('-> nvm\nmemory: full\n-> ps');
  expect(error.exitCode).toBe(122);
});

test('a refused connection is let pass; a handshake only where chargers may fail', () => {
  expect(forRun(problem('tcp', 'a', 'b'), false)).toEqual({
    ...{ check: 'tcp', level: 'warning', fix: 'b' },
    text: 'a; the run begins all the same',
  });
  expect(forRun(problem('tls', 'a', 'b'), false).level).toBe('problem');
  expect(forRun(problem('tls', 'a', 'b'), true).level).toBe('warning');
  expect(forRun(problem('dns', 'a', 'b'), true).level).toBe('problem');
  expect(forRun(ok('tcp', 'a'), true).level).toBe('ok');
});
