import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkColumn, checkUnique, columnText, compileColumn } from '../../src/plan/columns.ts';
import { mistakeOf } from '../scenario/fixture.ts';

const rule = { path: 'p.identity', maxChars: 8, allowed: /^[A-Z0-9]+$/, allows: 'A to Z' };

test.each([
  ['CP{n:6}', 0, 'CP000001'],
  ['CP{n:6}', 41, 'CP000042'],
  ['{n}-x', 9, '10-x'],
  ['A{n:2}B', 99, 'A100B'],
  ['constant', 5, 'constant'],
])('%s of charger %i is %s', (pattern, index, expected) => {
  expect(columnText(compileColumn(pattern, 100, 1), index)).toBe(expected);
});

test('a function is called once a charger, with its index', () => {
  const column = compileColumn((index) => `F${index * 2}`, 3, 1);
  expect(column).toEqual({ kind: 'list', texts: ['F0', 'F2', 'F4'] });
});

test("what a function of the scenario throws is the scenario's", () => {
  const boo = () => {
    throw new Error('boo');
  };
  const mistake = mistakeOf(() => compileColumn(boo, 3, 1));
  expect(mistake).toContain("the scenario's function threw for charger 0: Error: boo");
});

test('too long, wrong characters, no text: the charger is named', () => {
  const check = (source: Parameters<typeof compileColumn>[0], count: number) =>
    mistakeOf(() => checkColumn(compileColumn(source, count, 1), count, rule));
  expect(check('ABCDE{n:4}', 5)).toContain("charger 0 has 9 characters: 'ABCDE0001'");
  expect(check('ABCDEF{n}', 1000)).toContain("charger 999 has 10 characters: 'ABCDEF1000'");
  expect(check((index) => (index === 2 ? 'a b' : 'A'), 5)).toContain("charger 2 is 'a b'");
  expect(check(() => undefined as unknown as string, 1)).toContain('it must be a text');
  expect(check('', 1)).toContain("charger 0 is ''");
  expect(() => checkColumn(compileColumn('A{n:3}', 5, 1), 5, rule)).not.toThrow();
});

test('a wrong password is not shown', () => {
  const secret = { ...rule, path: 'p.password' };
  const text = mistakeOf(() => checkColumn(compileColumn('hunter-2', 1, 1), 1, secret));
  expect(text).not.toContain('hunter');
});

test('a constant is no identity for two', () => {
  const column = compileColumn('CP', 2, 1);
  expect(mistakeOf(() => checkUnique([{ column, count: 2, path: 'p' }]))).toContain(
    "'CP' occurs twice",
  );
  expect(() => checkUnique([{ column, count: 1, path: 'p' }])).not.toThrow();
});

test('a million counters cost nothing', () => {
  const columns = [0, 1].map((fleet) => ({
    column: compileColumn('CP{n:8}', 500_000, 1 + fleet * 500_000),
    count: 500_000,
    path: `fleets[${fleet}]`,
  }));
  expect(() => checkUnique(columns)).not.toThrow();
  const text = mistakeOf(() => checkUnique([columns[0], { ...columns[0], path: 'fleets[1]' }]));
  expect(text).toContain("'CP00000001' occurs twice, in fleets[0] too");
});

test('duplicates are found exactly where plain enumeration finds them', () => {
  const piece = fc.constantFrom('', 'A', '1', 'A1', '01');
  const width = fc.integer({ min: 0, max: 3 });
  const pattern = fc
    .tuple(piece, width, piece)
    .map(([a, w, b]) => `${a}{n${w ? `:${w}` : ''}}${b}`);
  const list = fc.array(fc.constantFrom('A1', 'A01', '11', 'B', '1', '111'), { maxLength: 3 });
  const source = fc.oneof(
    fc.record({ source: pattern, count: fc.integer({ min: 1, max: 150 }) }),
    list.map((texts) => ({ source: (index: number) => texts[index], count: texts.length })),
    fc.record({ source: fc.constantFrom('A1', 'B'), count: fc.integer({ min: 1, max: 2 }) }),
  );
  fc.assert(
    fc.property(fc.array(source, { minLength: 1, maxLength: 3 }), (sources) => {
      const columns = sources.map(({ source, count }, index) => {
        const column = compileColumn(source, count, 1);
        return { column, count, path: `fleets[${index}]` };
      });
      const all = columns.flatMap(({ column, count }) =>
        Array.from({ length: count }, (_, index) => columnText(column, index)),
      );
      const act = () => checkUnique(columns);
      if (new Set(all).size < all.length) expect(act).toThrow(/occurs twice/);
      else expect(act).not.toThrow();
    }),
    { numRuns: 500 },
  );
});
