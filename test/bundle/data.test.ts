import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { travelling } from '../../src/bundle/data.ts';
import { isSafeName } from '../../src/bundle/pack.ts';
import { csv } from '../../src/scenario/connect.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { goodFleet, goodScenario, mistakeOf } from '../scenario/fixture.ts';
import { scratchFolder } from '../scenario/scratch.ts';
import { project } from './project.ts';

const withCsv = (...paths: string[]): Scenario =>
  goodScenario({ fleets: paths.map((path) => goodFleet({ identities: csv(path) })) });

/** What of a project with all these files travels for its scenario at `a/b/`. */
function taken(scenario: Scenario) {
  const folder = join(
    project({ 'a/b/x.csv': '1', 'a/b/data/y.csv': '2', 'a/z.csv': '3', 'w.csv': '4' }),
    '..',
  );
  const { files, ...others } = travelling(scenario, folder);
  return { ...others, files: files.map(({ name, bytes }) => `${name}=${bytes}`) };
}

describe('data', () => {
  test('beside the scenario and below it lies there in the bundle', () => {
    expect(taken(withCsv('x.csv', './data/y.csv', 'x.csv'))).toEqual({
      folder: '',
      files: ['data/y.csv=2', 'x.csv=1'],
      local: [],
    });
  });

  test('above it: the scenario lies in so many folders', () => {
    expect(taken(withCsv('../../w.csv', '../z.csv', 'data/../x.csv'))).toEqual({
      folder: '_/_/',
      files: ['_/_/x.csv=1', '_/z.csv=3', 'w.csv=4'],
      local: [],
    });
  });

  test('with an absolute path travels if it is within the scenario’s folder', () => {
    const file = project({ 'x.csv': '1', 'y/z.csv': '2' });
    const { files, local } = travelling(
      withCsv(file, join(file, '../y/z.csv'), '/etc/hostname'),
      join(file, '..'),
    );
    expect(files.map(({ name }) => name)).toEqual(['x.csv', 'y/z.csv']);
    expect(local).toEqual(['/etc/hostname']);
  });

  test('that is not there is named', () => {
    expect(mistakeOf(() => taken(withCsv('no.csv')))).toMatch(
      /b\/no\.csv cannot be read \(ENOENT\)/,
    );
  });

  test('property: every name is safe, and found from the scenario’s folder', () => {
    const part = fc.constantFrom('..', 'x.csv', 'data', '.', 'b');
    const path = fc.array(part, { maxLength: 4 }).map((parts) => [...parts, 'x.csv'].join('/'));
    fc.assert(
      fc.property(fc.array(path, { minLength: 1, maxLength: 3 }), (paths) => {
        const { folder, names } = placesOf(paths);
        for (const name of names) expect(isSafeName(name)).toBe(true);
        const found = paths.map((each) => join('/run', folder, each));
        expect(new Set(found)).toEqual(new Set(names.map((name) => `/run/${name}`)));
      }),
    );
  });
});

/** Without reading the files: they are all the null device. */
function placesOf(paths: string[]) {
  const { folder, files } = travelling(withCsv(...paths), '/a/b/c/d/e/f', () => Buffer.alloc(0));
  return { folder, names: files.map(({ name }) => name) };
}

describe('TLS', () => {
  const tls = (options: object) => goodScenario({ tls: options });

  test('certificates of authorities are no secret and travel', () => {
    expect(taken(tls({ caFile: 'x.csv' })).files).toEqual(['x.csv=1']);
    expect(taken(tls({ caFile: '/etc/ca.pem' })).local).toEqual(['/etc/ca.pem']);
  });

  test('client certificates and keys do not', () => {
    const scenario = tls({ certFile: '/run/{id}.pem', keyFile: join(scratchFolder(), 'k.pem') });
    const { files, local } = taken(scenario);
    expect(files).toEqual([]);
    expect(local).toEqual(['/run/{id}.pem', expect.stringContaining('/k.pem')]);
    expect(taken(tls({ certFile: '/x.pem', keyFile: '/x.pem' })).local).toEqual(['/x.pem']);
  });

  test.each([
    [{ certFile: 'c.pem', keyFile: '/k.pem' }, 'tls.certFile is relative (c.pem)'],
    [{ certFile: '/c.pem', keyFile: './k.pem' }, 'tls.keyFile is relative (./k.pem)'],
  ])('with a relative path are refused: %j', (options, says) => {
    const said = mistakeOf(() => taken(tls(options)));
    expect(said).toContain(`${says}, and secrets do not travel`);
    expect(said).toContain('give an absolute path: each agent reads its own file there');
  });
});
