/** Every test that docs/exchanges.md names exists; every exchange and irregular line has a row. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { logFrames } from './sim/replay-log.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(join(root, 'docs/exchanges.md'), 'utf8');
const rows = text.split('\n').filter((line) => /^\| (?!#|line \||rule \||behaviour \|)/.test(line));

/** `test/a.test.ts > group > title`. */
interface Proof {
  readonly path: string;
  readonly titles: readonly string[];
}

const proofs: readonly Proof[] = Array.from(text.matchAll(/`(test\/\S+) > ([^`]+)`/g), (match) => ({
  path: match[1],
  titles: match[2].split(' > '),
}));

/** The first arguments of test, describe and their tables, as written. */
function titlesIn(source: string): string[] {
  // A table stands between `test.each(` and its title, in brackets of its own.
  const call = /(?:^|\s)\(?(?:test|describe)\w*(?:\.\w+)*\(|\]\)?\)\(|as const\)\(|\w\)\(/g;
  const titles = [];
  for (const { index, 0: head } of source.matchAll(call)) {
    const found = /^\s*(?:\[[^\]]*\],\s*)?(['"`])((?:\\.|(?!\1).)*)\1/.exec(
      source.slice(index + head.length),
    );
    if (found) titles.push(found[2].replace(/\\(.)/g, '$1'));
  }
  return titles;
}

const PLACEHOLDER = /%[sdifjo]|\$\w+/g;
const escaped = (literal: string) => literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** As written, or as a table prints it: then what stands for a placeholder must be in `folder`. */
function isTitle(title: string, written: readonly string[], folder: string): boolean {
  if (written.includes(title)) return true;
  return written.some((each) => {
    const pattern = each.split(PLACEHOLDER).map(escaped).join('(.+?)');
    const values = each.search(PLACEHOLDER) < 0 ? null : new RegExp(`^${pattern}$`).exec(title);
    return values?.slice(1).every((value) => folder.includes(value)) ?? false;
  });
}

function missing({ path, titles }: Proof): string[] {
  const file = join(root, path);
  if (!existsSync(file)) return [`${path} is not there`];
  const written = titlesIn(readFileSync(file, 'utf8'));
  const folder = readdirSync(dirname(file))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(dirname(file), name), 'utf8'))
    .join('\n');
  return titles
    .filter((title) => !isTitle(title, written, folder))
    .map((title) => `${path}: no test '${title}'`);
}

describe('docs/exchanges.md', () => {
  test('names tests that exist', () => {
    expect(proofs.length).toBeGreaterThan(80);
    expect([...new Set(proofs.flatMap(missing))]).toEqual([]);
  });

  test('every row has a proof, or says that there is none', () => {
    expect(rows.length).toBeGreaterThan(90);
    const bare = rows.filter((row) => !/`test\/\S+ > |\| no test yet \|$/.test(row));
    expect(bare).toEqual([]);
  });

  test('has a row for each exchange and each irregular line', () => {
    const numbers = rows.flatMap((row) => /^\| (\d+) \|/.exec(row)?.[1] ?? []).map(Number);
    const irregular = logFrames.filter((each) => each.irregular !== null);
    expect(numbers).toEqual([
      ...Array.from({ length: 18 }, (_, index) => index + 1),
      ...irregular.map(({ lineNumber }) => lineNumber),
    ]);
  });

  test.each<[Proof, string]>([
    [{ path: 'test/nowhere.test.ts', titles: ['x'] }, 'is not there'],
    [{ path: 'test/docs.test.ts', titles: ['names tests that never were'] }, 'no test'],
    [
      { path: 'test/sim/replay-log.test.ts', titles: ['exchange 7, Nonesuch: valid frames'] },
      'no test',
    ],
  ])('%j is found to be missing', (proof, complaint) => {
    expect(missing(proof).join()).toContain(complaint);
  });
});
