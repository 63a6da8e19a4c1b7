import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { replaceTables } from './document.ts';

const document = readFileSync(new URL('../../docs/calibration.md', import.meta.url), 'utf8');

test('the document has a place for tables, which replace those before', () => {
  const once = replaceTables(document, 'first');
  expect(once).toContain('```\nfirst\n```');
  expect(replaceTables(once, 'second')).toBe(replaceTables(document, 'second'));
  expect(replaceTables(once, 'second')).not.toContain('first\n');
});

test('another document is left alone', () => {
  expect(() => replaceTables('# Something else', 'x')).toThrow('docs/calibration.md has no');
});
