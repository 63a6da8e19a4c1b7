import fc from 'fast-check';
import { expect, test } from 'vitest';
import { defaultRunId, isRunId } from '../../src/prometheus/run-id.ts';

const AT = new Date('2026-03-09T07:05:01.234Z');

test('is of scenario, start and seed', () => {
  expect(defaultRunId('nightly.ts', AT, 7319)).toBe('nightly.ts-20260309T070501Z-7319');
  expect(defaultRunId('my load {1}.ts', AT, 1)).toBe('my-load-1-.ts-20260309T070501Z-1');
  expect(defaultRunId('Ladestationen-Süd.ts', AT, 1)).toMatch(/^Ladestationen-Süd\.ts-/);
});

test('is one that may be given, whatever the scenario is called', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) =>
      isRunId(defaultRunId(name, AT, 4294967295)),
    ),
  );
});

test.each(['', 'a b', 'a/b', 'a"b', 'a\nb', 'x'.repeat(129)])('may not be %j', (text) => {
  expect(isRunId(text)).toBe(false);
});
