import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIdentities, readIdentities } from '../../src/scenario/csv.ts';
import { mistakeOf } from './fixture.ts';
import { scratchFolder } from './scratch.ts';

test('columns in any order, others ignored, byte order mark and blank lines skipped', () => {
  const text = '\uFEFFsite,idTag,identity\r\nHQ,T1,A1\r\n\r\n"HQ, 2",T2,A2\r\n';
  expect(parseIdentities(text, 'c.csv')).toEqual({
    identity: ['A1', 'A2'],
    password: null,
    idTag: ['T1', 'T2'],
  });
});

test.each([
  ['name\nA1\n', 'there is no column identity'],
  ['', 'there is no column identity'],
  ['identiy\nA1\n', 'did you mean `identity`?'],
  ['identity,idtag\nA1,T\n', 'did you mean `idTag`?'],
  ['identity,password\nA1\n', 'c.csv:2: not a CSV file'],
  ['identity\n"A1\n', 'not a CSV file'],
])('%j: %s', (text, expected) => {
  expect(mistakeOf(() => parseIdentities(text, 'c.csv'))).toContain(expected);
});

test('a file that cannot be read', () => {
  const folder = scratchFolder();
  expect(mistakeOf(() => readIdentities(join(folder, 'c.csv')))).toContain('ENOENT');
  writeFileSync(join(folder, 'c.csv'), 'identity\nA1\n');
  expect(readIdentities(join(folder, 'c.csv')).identity).toEqual(['A1']);
});

test('whatever is written by RFC 4180 is read back', () => {
  const cell = fc.string({ minLength: 1 }).filter((text) => text.trim() === text);
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const lines = rows.map((row) => row.map(quote).join(','));
      const table = parseIdentities(`identity,password\n${lines.join('\n')}\n`, 'c.csv');
      expect(table.identity).toEqual(rows.map(([identity]) => identity));
      expect(table.password).toEqual(rows.map(([, password]) => password));
    }),
  );
});
