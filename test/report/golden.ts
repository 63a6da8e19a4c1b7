/** Texts that people read, kept as files; `UPDATE_GOLDEN=1` writes them anew. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export function expectGolden(name: string, text: string): void {
  const file = fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
  if (process.env['UPDATE_GOLDEN']) writeFileSync(file, text);
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '(UPDATE_GOLDEN=1 writes it)';
  expect(text, `test/golden/${name}`).toBe(kept);
}
