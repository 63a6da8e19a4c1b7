import { readdirSync, symlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import {
  type BundleOptions,
  checkSize,
  type MadeBundle,
  makeBundle,
} from '../../src/bundle/make.ts';
import { unpackBundle } from '../../src/bundle/pack.ts';
import { joinBundle, splitBundle } from '../../src/bundle/pieces.ts';
import { planFromBundle } from '../../src/bundle/plan.ts';
import { markOf, sha256 } from '../../src/plan/mark.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { RunRecord } from '../../src/share/records.ts';
import { scratchFolder } from '../scenario/scratch.ts';
import { project, scenarioText } from './project.ts';

type Overrides = RunRecord['overrides'];

/** The plan of an agent, and the folder that it is from. */
async function planThere(made: MadeBundle, overrides: Overrides = {}): Promise<Plan> {
  const folder = join(scratchFolder(), 'run');
  const bytes = joinBundle(splitBundle(made.bytes), made.mark);
  const { seed } = made.plan;
  const record = { overrides, seed, strict: made.plan.generator.strict, bundle: made.mark };
  return planFromBundle(unpackBundle(bytes, folder), record);
}

/** Everything but the place of the file, which is another one there. */
const contentOf = ({ scenarioFile, ...plan }: Plan) => plan;

async function expectSamePlan(file: string, overrides: Overrides = {}, options?: BundleOptions) {
  const made = await makeBundle(file, overrides, options);
  const plan = await planThere(made, overrides);
  expect(contentOf(plan)).toEqual(contentOf(made.plan));
  expect(markOf(plan)).toBe(made.planSha256);
  expect(markOf(made.plan)).toBe(made.planSha256);
  expect(plan.name).toBe(made.mark.name);
  return { made, plan };
}

async function saidBy(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown) => thrown);
  if (!(error instanceof UserError)) throw error;
  return `${error.message}\n${error.hint}`;
}

const codeOf = ({ bytes }: MadeBundle) => gunzipSync(bytes).toString();

const shipped = fileURLToPath(new URL('../../scenarios/', import.meta.url));

describe('the plan there is the plan here', () => {
  test.each(readdirSync(shipped))('%s', async (name) => {
    await expectSamePlan(shipped + name);
  });

  test('with all that the command line may say', async () => {
    const overrides = {
      ...{ target: 'ws://10.0.0.1/{id}', sourceAddresses: ['10.0.0.2-9'], duration: '40s' },
      ...{ dialect: 'standard', chargers: 70, seed: 5 },
    };
    const { plan } = await expectSamePlan(`${shipped}5000-chargers.ts`, overrides, {
      strict: true,
    });
    expect(plan).toMatchObject({ chargerCount: 70, dialect: 'standard', seed: 5 });
    expect(plan.generator.strict).toBe(true);
  });

  test('the seed is that of the options, then of the scenario, or drawn', async () => {
    const seeded = project({ 'a.ts': scenarioText('', '', 'seed: 77,') });
    expect((await expectSamePlan(seeded)).plan.seed).toBe(77);
    expect((await expectSamePlan(seeded, {}, { seed: 78 })).plan.seed).toBe(78);
    const unseeded = project({ 'a.ts': scenarioText() });
    const [a, b] = [await makeBundle(unseeded, {}), await makeBundle(unseeded, {})];
    expect(a.plan.seed).not.toBe(b.plan.seed);
    expect(a.mark).toEqual(b.mark);
  });

  test('neighbours, packages of all kinds, enums, aliases, JSON, CSV above and below', async () => {
    const head = [
      "import { prefix } from '../lib/prefix.ts';",
      "import { esm } from 'esm-package';",
      "import cjs from 'cjs-package';",
      "import { size } from '@sizes/big';",
      "import limits from './limits.json' with { type: 'json' };",
      "import { createRequire } from 'node:module';",
      'enum Vendor { Ours = 7 }',
      "const require = createRequire(import.meta.url); require('node:os');",
      "const { late } = await import('./late.ts');",
      'const bits = [prefix, esm, cjs.end, size, limits.most, Vendor.Ours, late].join("-");',
      "const script = life().boot().script(async (charger) => charger.sleep('1ms'));",
    ].join('\n');
    const fleets = [
      "{ ...fleet, name: 'b', life: script, identities: csv('../../chargers.csv') },",
      "{ ...fleet, name: 'c', life: script, identities: csv('c.csv') },",
      "{ ...fleet, name: 'd', life: script, identities: { identity: (n) => `${bits}-${n}` } }",
    ].join('');
    const file = project({
      'loads/night/fleet.ts': `${scenarioText(head, '', `fleets: [${fleets}],`)}`,
      'loads/night/c.csv': 'identity,idTag\nC1,T1\nC2,T2\nC3,T3\n',
      'loads/night/limits.json': '{ "most": 9 }',
      'loads/night/late.ts': "export const late: string = 'l';",
      'loads/lib/prefix.ts': "export const prefix = 'P' as const;",
      'sizes/big.ts': 'export const size: number = 10;',
      'chargers.csv': 'identity\nA1\nA2\nA3\n',
      'tsconfig.json': '{"compilerOptions":{"paths":{"@sizes/*":["./sizes/*"]}}}',
      'node_modules/esm-package/package.json': '{"type":"module","exports":"./e.js"}',
      'node_modules/esm-package/e.js': "export const esm = 'E';",
      'node_modules/cjs-package/package.json': '{"main":"c.js"}',
      'node_modules/cjs-package/c.js':
        "exports.end = require('node:path').sep === '/' ? 'S' : 'W';",
    });
    const { made, plan } = await expectSamePlan(file);
    expect(plan.scriptCount).toBe(3);
    const { identity } = plan.fleets[2];
    expect(identity).toMatchObject({ texts: [0, 1, 2].map((n) => `P-E-S-10-9-7-l-${n}`) });
    expect(plan.scenarioFile).toMatch(/\/run\/_\/_\/fleet\.mjs$/);
    const outside = codeOf(made).match(/^import .* from "[^"]*"/gm) ?? [];
    expect(outside.map((line) => line.replace(/.* from /, '')).sort()).toEqual([
      ...['"node:module"', '"ocpp-load"'],
    ]);
  });

  test('the mark is that of a run on this machine, also with scripts', async () => {
    const script = 'life: life().boot().script(async () => {}),';
    const file = project({ 'a.ts': scenarioText('', script) });
    const { made, plan } = await expectSamePlan(file);
    expect(plan.scriptCount).toBe(1);
    expect(made.plan.scenarioFile).toBe(file);
    const other = project({ 'a.ts': `${scenarioText('', script)}// more` });
    expect((await makeBundle(other, {})).planSha256).not.toBe(made.planSha256);
  });
});

describe('the bytes', () => {
  const files = {
    'x/a.ts': scenarioText("import { p } from 'p'; void [p, process.env.B7_SECRET];"),
    'x/node_modules/p/index.js': "exports.p = require('node:os').EOL;",
  };

  test('are the same wherever the project lies, and name nothing of the machine', async () => {
    process.env['B7_SECRET'] = 'word-that-stays';
    try {
      const one = project(files);
      const two = project({ 'deep/deeper/nothing.txt': '', ...files });
      const made = await makeBundle(one, {});
      expect((await makeBundle(join(dirname(two), '../../x/a.ts'), {})).mark).toEqual(made.mark);
      expect(made.mark.sha256).toBe(sha256(made.bytes));
      expect(made.environment).toEqual(['B7_SECRET']);
      const [code, map] = codeOf(made).split('sourceMappingURL=data:application/json;base64,');
      const plain = `${code}${Buffer.from(map, 'base64')}`;
      for (const word of [
        'word-that-stays',
        dirname(one),
        'ocpp-load-',
        hostname(),
        'src/bundle',
      ]) {
        expect(plain).not.toContain(word);
      }
      expect(plain).toContain('"a.ts"');
    } finally {
      delete process.env['B7_SECRET'];
    }
  });

  test('more than may travel is refused', () => {
    expect(() => checkSize(2 ** 26, 'a.ts')).not.toThrow();
    const says = 'a.ts: its bundle has 65 MiB, and 64 MiB may travel';
    expect(() => checkSize(2 ** 26 + 1, '/x/a.ts')).toThrow(says);
  });
});

describe('packages outside the scenario’s folder', () => {
  const head = "import { p } from 'p'; import { q } from 'q'; void [p, q];";
  const packages = {
    'node_modules/p/index.js': "exports.p = require('node:os').EOL;",
    'node_modules/q/package.json': '{"type":"module","exports":"./q.js"}',
    'node_modules/q/q.js': 'export const q = 1;',
  };

  test('may lie anywhere: where is not in the bundle', async () => {
    const above = project({ 'a/b/a.ts': scenarioText(head), ...packages });
    const linked = project({ 'a.ts': scenarioText(head) });
    const elsewhere = project({ ...packages });
    symlinkSync(elsewhere.replace(/p\/index.js$/, ''), join(dirname(linked), 'node_modules'));
    const made = await makeBundle(above, {});
    expect((await makeBundle(linked, {})).mark).toEqual(made.mark);
    expect(codeOf(made)).toContain('\n// node_modules/p/index.js\n');
  });
});

describe('what agents could not load is told here', () => {
  test('a file that the code itself reads', async () => {
    const head = [
      "import { readFileSync } from 'node:fs';",
      "const text = readFileSync(new URL('./t.txt', import.meta.url), 'utf8');",
    ].join('\n');
    const file = project({ 'a.ts': scenarioText(head), 't.txt': '' });
    const said = await saidBy(makeBundle(file, {}));
    expect(said).toContain(`${file}:2:14: Error: ENOENT: no such file or directory`);
    expect(said).toContain('loads here, but not where only its bundle is');
    expect(said).toContain("import tariffs from './tariffs.json'");
    expect(said).not.toContain('ocpp-load-bundle-');
  });

  test('a CSV file that the scenario finds by its own place travels', async () => {
    const own = "identities: csv(import.meta.dirname + '/x.csv'),";
    const rows = 'identity\nA\nB\nC\n';
    const { plan, made } = await expectSamePlan(
      project({ 'a.ts': scenarioText('', own), 'x.csv': rows }),
    );
    expect(plan.fleets[0].identity).toEqual({ kind: 'list', texts: ['A', 'B', 'C'] });
    expect(made.local).toEqual([]);
    const elsewhere = project({ 'x.csv': rows });
    const literal = project({ 'a.ts': scenarioText('', `identities: csv('${elsewhere}'),`) });
    expect((await expectSamePlan(literal)).made.local).toEqual([elsewhere]);
  });

  test('a plan that is another each time', async () => {
    const file = project({
      'a.ts': scenarioText(
        'const n = process.hrtime.bigint();',
        'identities: { identity: (i) => `${n}${i}`.slice(-20) },',
      ),
    });
    expect(await saidBy(makeBundle(file, {}))).toContain('a.ts plans another load each time');
  });

  test('mistakes of the scenario are told as ever', async () => {
    const wrong = project({ 'a.ts': scenarioText('', 'charger: 5,') });
    expect(await saidBy(makeBundle(wrong, {}))).toContain(
      'a.ts: fleets[0].charger is not an option',
    );
    const two = project({
      'a.ts': scenarioText(
        '',
        '',
        'fleets: [1, 2].map((n) => ({ ...fleet, name: `f${n}`, life: life().boot() })),',
      ),
    });
    expect(await saidBy(makeBundle(two, { chargers: 1 }))).toContain('--chargers 1 is fewer than');
    const gone = project({ 'a.ts': scenarioText("import x from 'not-installed'; void x;") });
    expect(await saidBy(makeBundle(gone, {}))).toContain('npm install not-installed');
    expect(await saidBy(makeBundle('/nowhere/a.ts', {}))).toContain('does not exist');
  });

  test('a package that cannot be bundled', async () => {
    const file = project({
      'a.ts': scenarioText("const load = () => import('native');"),
      'node_modules/native/package.json': '{"main":"i.js"}',
      'node_modules/native/i.js': "module.exports = require('./x.node');",
      'node_modules/native/x.node': '',
    });
    const said = await saidBy(makeBundle(file, {}));
    expect(said).toContain('No loader is configured for ".node" files');
    expect(said).toContain('native/i.js:1:26');
  });

  test('secrets: a target with a password, a key with a relative path', async () => {
    const file = project({ 'a.ts': scenarioText('', '', "tls: { certFile: 'c', keyFile: 'k' },") });
    expect(await saidBy(makeBundle(file, { target: 'ws://u:p@x/' }))).toContain('--target holds');
    expect(await saidBy(makeBundle(file, {}))).toContain('secrets do not travel');
  });
});

test('client certificates are read on agents: the coordinator needs none', async () => {
  const tls = "tls: { certFile: '/no/{id}.pem', keyFile: '/no/k.pem', caFile: '/no/ca.pem' },";
  const made = await makeBundle(project({ 'a.ts': scenarioText('', '', tls) }), {});
  expect(made.local).toEqual(['/no/ca.pem', '/no/{id}.pem', '/no/k.pem']);
  expect(made.plan.tls).toMatchObject({ ca: null, client: null });
  expect(await saidBy(planThere(made))).toContain('tls.caFile: /no/ca.pem cannot be read (ENOENT)');
});

test('names of variables: those read anywhere in it and set, and those of -e', async () => {
  const set = { B7_A: '1', B7_B: '2', B7_C: '3', B7_D: '4' };
  Object.assign(process.env, set);
  try {
    const file = project({
      'a.ts': scenarioText(
        "import { b } from './b.ts'; import p from 'p'; void [b, p, process.env.B7_UNSET];",
        'identities: { identity: (n) => `${process.env.B7_C}${n}` },',
      ),
      'b.ts': 'export const b = process.env.B7_B;',
      'node_modules/p/index.js': 'module.exports = process.env.B7_D;',
    });
    const options = { given: ['B7_A', 'OCPP_LOAD_TARGET', 'B7_GONE'] };
    for (let again = 0; again < 2; again++) {
      const { environment } = await makeBundle(file, {}, options);
      expect(environment).toEqual(['B7_A', 'B7_B', 'B7_C', 'B7_D']);
    }
  } finally {
    for (const name of Object.keys(set)) delete process.env[name];
  }
});
