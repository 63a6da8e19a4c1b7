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

/** Beside each other: what the image keeps, what npm packs, and the packages that both need. */
describe('without development dependencies', () => {
  let folder = '';
  const ocppLoad = (owner: string, ...args: string[]) =>
    run(process.execPath, [join(folder, owner, 'bin/ocpp-load.js'), ...args], {
      cwd: join(folder, 'work'),
      env: { HOME: folder, NODE_ENV: 'production', TMPDIR: join(folder, 'work') },
    });
  const copy = (path: string, to: string) => {
    mkdirSync(dirname(join(folder, to, path)), { recursive: true });
    cpSync(join(root, path), join(folder, to, path), { recursive: true });
  };

  beforeAll(async () => {
    // `npm test` has built it.
    if (!existsSync(join(root, 'dist'))) await run('node', [join(root, 'tools/build.mjs')]);
    folder = mkdtempSync(join(tmpdir(), 'ocpp-load-image-'));
    mkdirSync(join(folder, 'work'));
    for (const path of productionPackages()) copy(path, '');
    for (const path of [...copiesIn(instructions, FINAL), 'dist']) copy(path, 'image');
    // Without scripts: `prepare` would build once more.
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], { cwd: root });
    const tarball = join(folder, `ocpp-load-${packageJson.version}.tgz`);
    await run('tar', ['-xzf', tarball, '-C', folder]);
  }, 60_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(['image', 'package'])('the %s tells its version', async (owner) => {
    const { stdout } = await ocppLoad(owner, '--version');
    expect(stdout).toBe(`${packageJson.version}\n`);
  });

  test('the image compiles the scenario of the manifests', async () => {
    copy('deploy/kubernetes/common/fleet.ts', 'work');
    const { stdout } = await ocppLoad('image', 'inspect', 'deploy/kubernetes/common/fleet.ts');
    expect(stdout).toContain('3 000 TONLY chargers over the pods of a cluster');
  });

  test('the package has the manifests that the documentation applies', () => {
    for (const path of ['kubernetes/run/agents.yaml', 'nats/permissions.conf', 'Dockerfile']) {
      expect(existsSync(join(folder, 'package/deploy', path)), path).toBe(true);
    }
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
