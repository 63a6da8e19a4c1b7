import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';
import { loadScenario } from '../../src/scenario/load.ts';
import { scratchFolder } from './scratch.ts';

const IMPORT = "import { defineScenario, life, tonly48A } from 'ocpp-load';";
const EXPORT = `export default defineScenario({
  target: 'embedded',
  duration: '2m',
  fleets: [{ name: 'a', chargers: 5, model: tonly48A(), life: life().boot() }],
});`;

/** Writes files into a new folder; returns the path of the first one. */
function write(files: Record<string, string>): string {
  const folder = scratchFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0]);
}

const script = (...lines: string[]) => [IMPORT, ...lines, EXPORT].join('\n');

async function mistake(file: string): Promise<UserError> {
  try {
    await loadScenario(file);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no UserError was thrown');
}

const helper = 'export enum Kind { a }\nexport const help = () => Kind.a;';

test.each<[string, Record<string, string>]>([
  ['plain TypeScript', { 'a.ts': script('const n: number = 1;', 'void n;') }],
  ['a .mts file', { 'a.mts': script() }],
  ['JavaScript', { 'a.mjs': script() }],
  ['an enum', { 'a.ts': script('enum A { B = 1 }', 'void A.B;') }],
  [
    'a parameter property',
    { 'a.ts': script('class A { constructor(readonly x: number) {} }', 'new A(1);') },
  ],
  [
    'no extension',
    { 'a.ts': script("import { help } from './helper';", 'help();'), 'helper.ts': helper },
  ],
  [
    'a folder',
    { 'a.ts': script("import { help } from './lib';", 'help();'), 'lib/index.ts': helper },
  ],
  [
    'an enum in a helper',
    { 'a.ts': script("import { help } from './h.ts';", 'help();'), 'h.ts': helper },
  ],
  [
    'a path alias',
    {
      'a.ts': script("import { help } from '@lib/h';", 'help();'),
      'lib/h.ts': helper,
      'tsconfig.json': '{"compilerOptions":{"paths":{"@lib/*":["./lib/*"]}}}',
    },
  ],
  [
    'TypeScript in a package',
    {
      'a.ts': script("import { help } from 'typed';", 'help();'),
      'node_modules/typed/index.ts': helper,
      'node_modules/typed/package.json': '{"main":"index.ts"}',
    },
  ],
  [
    'a type imported without `type`',
    {
      'a.ts': script(
        "import { Scenario } from 'ocpp-load';",
        'const s: Scenario | null = null; void s;',
      ),
    },
  ],
])('%s loads, and nothing is written beside it', async (_, files) => {
  const file = write(files);
  const before = readdirSync(dirname(file));
  const loaded = await loadScenario(file);
  expect(loaded.file).toBe(file);
  expect(loaded.scenario.fleets[0].chargers).toBe(5);
  expect(readdirSync(dirname(file))).toEqual(before);
});

const thrower = [
  'interface Wide { a: number; b: string }',
  '',
  'function f() {',
  "  throw new RangeError('oops');",
  '}',
  'f();',
];

test.each<[string, string[]]>([
  ['natively', thrower],
  ['after the transform', ['enum A { B = 1 }', ...thrower.slice(1)]],
])('an exception shows file, line and column %s', async (_, lines) => {
  const error = await mistake(write({ 'a.ts': script(...lines) }));
  expect(error.exitCode).toBe(ExitCode.scenarioException);
  expect(error.message).toMatch(/a\.ts:5:9: RangeError: oops$/);
});

test('an exception in a helper names the helper', async () => {
  const files = {
    'a.ts': script("import { help } from './h';", 'help();'),
    'h.ts': '\n\nexport function help() { throw new Error("within"); }',
  };
  expect((await mistake(write(files))).message).toMatch(/h\.ts:3:32: Error: within$/);
});

test.each<[string, string, RegExp]>([
  ['syntax', script('const x = ;'), /a\.ts:2:11: Unexpected ";"/],
  ['a missing file', script("import x from './gone.ts';", 'x();'), /a\.ts:2:15: Could not resolve/],
  [
    'a missing package',
    script("import x from 'gone-pkg';", 'x();'),
    /Cannot find package 'gone-pkg'/,
  ],
  [
    'a missing export',
    script("import { rampp } from 'ocpp-load';", 'rampp();'),
    /does not provide an export named 'rampp'/,
  ],
  ['no default export', `${IMPORT}\nexport const s = 1;`, /has no default export/],
  [
    'a wrong scenario',
    `${IMPORT}\nexport default { target: 'embedded' };`,
    /duration is missing|mistakes/,
  ],
])('%s is exit 104', async (_, text, expected) => {
  const error = await mistake(write({ 'a.ts': text }));
  expect(error.exitCode).toBe(ExitCode.badConfiguration);
  expect(error.message).toMatch(expected);
});

test('a SyntaxError of the scenario itself is an exception', async () => {
  const error = await mistake(write({ 'a.ts': script("JSON.parse('{');") }));
  expect(error.exitCode).toBe(ExitCode.scenarioException);
  expect(error.message).toMatch(/a\.ts:2:6: SyntaxError/);
});

test('a file that is not there, with the one that is meant', async () => {
  const file = write({ 'nightly.ts': script() });
  const error = await mistake(file.replace('nightly', 'nighly'));
  expect(error.message).toContain('does not exist');
  expect(error.hint).toContain('nightly.ts');
  expect((await mistake(dirname(file))).message).toContain('is not a file');
  expect((await mistake(write({ 'a.json': '{}' }))).message).toContain('is not a scenario');
  expect((await mistake(join(dirname(file), 'gone', 'a.ts'))).hint).toContain('there is no folder');
});

test('overrides come before the checks', async () => {
  const file = write({ 'a.ts': script().replace("'embedded'", 'process.env.NEVER_SET_HERE') });
  expect((await mistake(file)).message).toContain('target is missing');
  const { scenario } = await loadScenario(file, { target: 'embedded', chargers: 7 });
  expect(scenario.target).toBe('embedded');
  expect(scenario.fleets[0].chargers).toBe(7);
});

test('a changed file is read again', async () => {
  const file = write({ 'a.ts': script() });
  await loadScenario(file);
  writeFileSync(file, script().replace('chargers: 5', 'chargers: 6'));
  expect((await loadScenario(file)).scenario.fleets[0].chargers).toBe(6);
});

test('it works inside a worker thread, transformed too, without a warning', async () => {
  const file = write({ 'a.ts': script('enum A { B = 1 }', 'void A.B;'), 'b.ts': script() });
  const loader = new URL('../../src/scenario/load.ts', import.meta.url).href;
  const code = `
    const { parentPort } = require('node:worker_threads');
    const warnings = [];
    process.on('warning', (warning) => warnings.push(warning.message));
    import(${JSON.stringify(loader)}).then(async ({ loadScenario }) => {
      const names = [];
      for (const file of ${JSON.stringify([file, join(dirname(file), 'b.ts')])}) {
        names.push((await loadScenario(file)).scenario.fleets[0].name);
      }
      parentPort.postMessage({ names, warnings });
    });`;
  const worker = new Worker(code, { eval: true });
  const message = await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  expect(message).toEqual({ names: ['a', 'a'], warnings: [] });
  expect(basename(file)).toBe('a.ts');
});
