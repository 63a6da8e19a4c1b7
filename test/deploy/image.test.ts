/**
 * The image of deploy/Dockerfile, as far as it can be known without a registry: what it copies is
 * there, and what it keeps is enough to run.
 */
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { copiesIn, instructionsIn, reaches } from './image.ts';
import { deployText } from './manifests.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const fileText = (path: string) => readFileSync(join(root, path), 'utf8');
const instructions = instructionsIn(deployText('Dockerfile'));
const [BUILD, FINAL] = [0, 1];
const only = (name: string, stage = FINAL) =>
  instructions.filter((each) => each.stage === stage && each.name === name);

describe('the Dockerfile', () => {
  test.each([BUILD, FINAL])('stage %i copies what is there and not ignored', (stage) => {
    const copied = copiesIn(instructions, stage);
    expect(copied.length).toBeGreaterThan(2);
    for (const path of copied) {
      expect(existsSync(join(root, path)), path).toBe(true);
      expect(reaches(path, fileText('.dockerignore')), path).toBe(true);
    }
  });

  test('a file that is not copied does not reach the builder', () => {
    for (const path of ['node_modules', 'dist', 'keys/sign.nk', '.git/config', 'test/setup.ts']) {
      expect(reaches(path, fileText('.dockerignore')), path).toBe(false);
    }
  });

  test('both stages have the same Node, new enough', () => {
    const images = instructions.filter(({ name }) => name === 'FROM').map(({ words }) => words[0]);
    expect(new Set(images)).toEqual(new Set(['node:24-bookworm-slim']));
  });

  test('it runs as nobody, below what hands signals on', () => {
    expect(only('USER').at(-1)?.words).toEqual(['1000:1000']);
    expect(only('ENTRYPOINT').at(-1)?.words).toEqual(['tini', '--', 'ocpp-load']);
    expect(only('RUN').flatMap(({ words }) => words)).toContain('tini');
  });

  test.each(['COPPY a b', 'copy a b', 'EXPOSE 80'])('%j would be found', (line) => {
    expect(() => instructionsIn(`FROM node\n${line}\n`)).toThrow('no instruction');
  });
});

describe('what the image keeps', () => {
  let folder = '';
  const ocppLoad = (...args: string[]) =>
    run(process.execPath, [join(folder, 'opt/bin/ocpp-load.js'), ...args], {
      cwd: join(folder, 'work'),
      env: { HOME: folder, NODE_ENV: 'production', TMPDIR: join(folder, 'work') },
    });

  beforeAll(async () => {
    // `npm test` has built it.
    if (!existsSync(join(root, 'dist'))) await run('node', [join(root, 'tools/build.mjs')]);
    folder = mkdtempSync(join(tmpdir(), 'ocpp-load-image-'));
    mkdirSync(join(folder, 'work'));
    const kept = [...copiesIn(instructions, FINAL), 'dist', ...productionPackages()];
    for (const path of kept) {
      mkdirSync(dirname(join(folder, 'opt', path)), { recursive: true });
      cpSync(join(root, path), join(folder, 'opt', path), { recursive: true });
    }
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('tells its version', async () => {
    const { stdout } = await ocppLoad('--version');
    expect(stdout).toBe(`${packageJson.version}\n`);
  });

  test('compiles the scenario of the manifests', async () => {
    cpSync(join(root, 'deploy/kubernetes/common/fleet.ts'), join(folder, 'work/fleet.ts'));
    const { stdout } = await ocppLoad('inspect', 'fleet.ts');
    expect(stdout).toContain('3 000 TONLY chargers over the pods of a cluster');
  });
});

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

/** What `npm prune --omit=dev` leaves, of those that this machine has: folders of node_modules. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(fileText('package-lock.json'));
  return Object.entries(packages as Record<string, Locked>).flatMap(
    ([path, { dev, devOptional }]) =>
      path === '' || dev || devOptional || !existsSync(join(root, path)) ? [] : [path],
  );
}
