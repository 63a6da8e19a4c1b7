/** The published package: packed, installed and used outside the checkout, as a user would. */
import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const STEP_TIMEOUT_MS = 180_000;

const SCENARIO = `import { defineScenario, life, ramp, tonly48A } from 'ocpp-load';

export default defineScenario({
  description: 'three chargers of a user',
  target: 'embedded',
  duration: '2s',
  fleets: [
    {
      name: 'mine',
      chargers: 5,
      model: tonly48A(),
      connect: ramp({ over: '1s' }),
      life: life()
        .boot()
        .forever((l) =>
          l.idle("500ms").plugIn().session({ duration: "1s", power: "7kW" }).unplug(),
        ),
    },
  ],
});
`;

const TSCONFIG = {
  compilerOptions: {
    strict: true,
    module: 'nodenext',
    target: 'es2023',
    noEmit: true,
    // The package's own declarations are checked too.
    skipLibCheck: false,
    types: [],
  },
  include: ['*.ts'],
};

/** npm sets what its children inherit; an empty folder must not see the checkout's. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_package_|npm_lifecycle_|OCPP_LOAD_|VITEST|NODE_ENV$|NODE_OPTIONS$)/.test(name),
  );
  // Node 24, which runs these tests, also where PATH has an older one.
  const path = [join(root, 'node_modules', 'node', 'bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...Object.fromEntries(inherited), PATH: path };
}

describe('the package', () => {
  let folder = '';
  let packed: { filename: string; size: number; files: { path: string }[] };
  const inFolder = (program: string, args: readonly string[], cwd = folder) =>
    run(program, args, { cwd, env: cleanEnvironment(), timeout: STEP_TIMEOUT_MS });

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ocpp-load-pack-'));
    // `prepare` writes to stdout as well: the JSON is what begins with a line of its own.
    const { stdout } = await inFolder(
      'npm',
      ['pack', '--json', '--pack-destination', folder],
      root,
    );
    const json = JSON.parse(stdout.slice(stdout.search(/^[[{]/m)));
    packed = Array.isArray(json) ? json[0] : (Object.values(json)[0] as typeof packed);
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
    const flags = ['--prefer-offline', '--no-audit', '--no-fund'];
    await inFolder('npm', ['install', ...flags, join(folder, packed.filename)]);
    writeFileSync(join(folder, 'my.ts'), SCENARIO);
  }, 2 * STEP_TIMEOUT_MS);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('holds what users need, no tests, and is below 1 MB', () => {
    const paths = packed.files.map((file) => file.path);
    expect(paths).toEqual(
      expect.arrayContaining(['LICENSE', 'CHANGELOG.md', 'README.md', 'bin/ocpp-load.js']),
    );
    expect(paths).toEqual(expect.arrayContaining(['dist/index.js', 'dist/index.d.ts']));
    expect(paths).toContain('scenarios/5000-chargers.ts');
    const ours = /(^|\/)test\/|\.test\.|^src\/|^tools\/(?!test-ca)/;
    expect(paths.filter((path) => ours.test(path))).toEqual([]);
    expect(packed.size).toBeLessThan(1_000_000);
  });

  test('brings no development dependency along', () => {
    const installed = readdirSync(join(folder, 'node_modules'));
    expect(installed).toContain('ocpp-load');
    expect(installed.filter((n) => ['typescript', 'vitest', 'node', 'ajv'].includes(n))).toEqual(
      [],
    );
    const dist = join(folder, 'node_modules', 'ocpp-load', 'dist');
    expect(statSync(dist).isDirectory()).toBe(true);
    expect(existsSync(join(folder, 'node_modules', 'ocpp-load', 'src'))).toBe(false);
  });

  test(
    'runs a scenario in TypeScript',
    async () => {
      const files = ['--summary-export', 'summary.json', '--report', 'run.html'];
      const flags = ['--duration', '2s', '--chargers', '3', ...files];
      const { stdout } = await inFolder('npx', ['ocpp-load', 'run', 'my.ts', ...flags]);
      expect(stdout).toContain('BootNotification');
      const summary = await import(join(folder, 'summary.json'), { with: { type: 'json' } });
      expect(summary.default.chargers).toMatchObject({ planned: 3, booted: 3 });
      expect(readFileSync(join(folder, 'run.html'), 'utf8')).toMatch(/^<!doctype html>/);
    },
    STEP_TIMEOUT_MS,
  );

  test(
    'its types check a scenario, and a wrong one',
    async () => {
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(TSCONFIG));
      const tsc = [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', folder];
      await inFolder(process.execPath, tsc);
      writeFileSync(join(folder, 'wrong.ts'), SCENARIO.replace("'2s'", '2'));
      const failure = await inFolder(process.execPath, tsc).catch((error) => error);
      expect(failure.stdout).toContain('wrong.ts');
      expect(failure.stdout).not.toContain('my.ts');
    },
    STEP_TIMEOUT_MS,
  );
});
