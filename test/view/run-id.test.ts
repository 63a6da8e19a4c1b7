import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRunId, runId } from '../../src/view/run-id.ts';
import { fixtureHeader } from '../result/fixtures.ts';

const idOf = (name: string) => {
  const header = fixtureHeader();
  return runId({ ...header, scenario: { ...header.scenario, name } });
};

test('is of scenario, start and seed', () => {
  expect(runId(fixtureHeader())).toBe('nightly.ts-20260102T030405Z-7319');
  expect(idOf('my load {1}.ts')).toBe('my-load-1-.ts-20260102T030405Z-7319');
  expect(idOf('Ladestationen-Süd.ts')).toMatch(/^Ladestationen-Süd\.ts-/);
});

test('is what was given, where it was', () => {
  expect(runId({ ...fixtureHeader(), runId: 'night-7' })).toBe('night-7');
});

test('is one that may be given, whatever the scenario is called', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (name) => isRunId(idOf(name))));
});

test.each(['', 'a b', 'a/b', 'a"b', 'a\nb', 'x'.repeat(129)])('may not be %j', (text) => {
  expect(isRunId(text)).toBe(false);
});
