import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { columnText } from '../../src/plan/columns.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { csv } from '../../src/scenario/connect.ts';
import { goodFleet, goodScenario, mistakeOf } from '../scenario/fixture.ts';
import { scratchFolder } from '../scenario/scratch.ts';

const compile = (fleets: object[], file: string | null = null) => {
  const list = fleets.map((fleet, index) => goodFleet({ name: `f${index}`, ...fleet }));
  return compilePlan(goodScenario({ fleets: list }), { name: 'a.ts', file, seed: 1 });
};
const mistake = (...fleets: object[]) => mistakeOf(() => compile(fleets));

test('fleets of one model share no identity: its patterns count over the run', () => {
  const { fleets } = compile([{ chargers: 3 }, { chargers: 3 }]);
  expect(columnText(fleets[0].identity, 0)).toBe('2103252100000001');
  expect(columnText(fleets[1].identity, 0)).toBe('2103252100000004');
});

test('patterns of the scenario count within the fleet', () => {
  const { fleets } = compile([
    { chargers: 3 },
    { identities: { identity: 'B{n}', idTag: 'T{n:2}' } },
  ]);
  expect(columnText(fleets[1].identity, 0)).toBe('B1');
  expect(columnText(fleets[1].idTag, 4)).toBe('T05');
  expect(columnText(fleets[1].password, 0)).toBe('12345678');
});

test('CSV files lie beside the scenario; columns that they lack are the model’s', () => {
  const folder = scratchFolder();
  writeFileSync(join(folder, 'c.csv'), 'identity,password\nA1,p1\nA2,\nA3,p3\n');
  const { fleets } = compile([{ chargers: 2, identities: csv('c.csv') }], join(folder, 'a.ts'));
  expect(fleets[0].identity).toEqual({ kind: 'list', texts: ['A1', 'A2'] });
  expect(columnText(fleets[0].password, 1)).toBe('');
  expect(columnText(fleets[0].idTag, 0)).toBe('13800000001');
  const text = mistakeOf(() => compile([{ identities: csv('c.csv') }], join(folder, 'a.ts')));
  expect(text).toContain('names only 3 chargers');
});

test.each<[object, string]>([
  [{ identities: { identity: `${'x'.repeat(20)}{n:6}` } }, 'at most 25'],
  [{ identities: { identity: 'A B{n}' } }, 'letters, digits'],
  [{ identities: { identity: 'A/{n}' } }, 'letters, digits'],
  [{ identities: { identity: 'A:{n}' } }, 'no colon'],
  [{ identities: { identity: 'same' } }, 'occurs twice'],
  [{ identities: { idTag: 'x'.repeat(21) } }, 'at most 20'],
  [{ identities: { idTag: '"' } }, 'without " and'],
  [{ identities: { idTag: '' } }, '1 to 20'],
  [{ identities: { password: 'a\nb' } }, 'no control characters'],
])('%o', (fleet, expected) => {
  expect(mistake(fleet)).toContain(expected);
});

test('without a password a colon is as good as any other character', () => {
  expect(() => compile([{ identities: { identity: 'A:{n}', password: '' } }])).not.toThrow();
});

test('identities are unique over all fleets', () => {
  const text = mistake({ identities: { identity: 'A{n}' } }, { identities: { identity: 'A{n}' } });
  expect(text).toContain("'A1' occurs twice, in fleets[");
});
