/** Holds the sources to the style; each rule is also shown a small bad input, and must complain. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { checkHotRules, type HotExceptions } from './support/hot-rules.ts';
import {
  checkCycles,
  checkFunctions,
  checkLeftovers,
  checkPackages,
  checkRanks,
  checkSizes,
  importsOf,
  type SourceFile,
} from './support/tidy.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['src', 'test', 'scenarios', 'dashboards', 'tools', 'bin'];

function readSources(): SourceFile[] {
  const files = FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name}`.replaceAll('\\', '/'))
      .filter((path) => /\.(ts|mjs|js)$/.test(path)),
  );
  return files.map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

/** Files of the engine that may, and why. Only what never runs per message belongs here. */
const HOT_EXCEPTIONS: HotExceptions = {
  'src/engine/charger/calls.ts': { template: 'CALLs without a template, whose price is known' },
  'src/engine/charger/charger.ts': { template: 'tells of a CALLERROR' },
  'src/engine/charger/command/charging.ts': { date: 'commands are rare' },
  'src/engine/charger/command/configuration.ts': { json: 'commands are rare' },
  'src/engine/charger/command/diagnostics.ts': {
    json: 'commands are rare',
    template: 'commands are rare',
  },
  'src/engine/charger/command/firmware.ts': { json: 'commands are rare' },
  'src/engine/charger/command/receive.ts': {
    json: 'commands are rare',
    template: 'tells of a command',
  },
  'src/engine/charger/command/trigger.ts': { json: 'commands are rare' },
  'src/engine/charger/fill.ts': { json: 'an idTag that a command brought' },
  'src/engine/charger/ledger.ts': { date: 'once a transaction, if anybody keeps the ledger' },
  'src/engine/charger/life.ts': { template: 'a broken invariant, which ends the run' },
  'src/engine/charger/link.ts': { template: 'tells of a connection that failed or was lost' },
  'src/engine/charger/script.ts': {
    json: 'scripts: their price is documented',
    promise: 'scripts: their price is documented',
    template: 'scripts: their price is documented',
  },
  'src/engine/charger/shard.ts': { template: 'names a charger in a broken invariant' },
  'src/engine/shard/scripts.ts': { promise: 'before the run' },
  'src/engine/charger/stop-payload.ts': { json: 'once a transaction, where it is asked for' },
  'src/engine/frame/reply.ts': { json: 'answers that the scanner has doubts about' },
  'src/engine/frame/values.ts': { json: 'the texts of slots, once before the run' },
  'src/engine/shard/node-alarm.ts': { timer: 'the one timer of a shard' },
  'src/engine/shard/teller.ts': { timer: 'five times a second, where nobody reads the memory' },
  'src/engine/shard/worker.ts': { promise: 'starts and ends a shard' },
  'src/engine/socket/failure.ts': { template: 'tells why a connection failed' },
  'src/engine/socket/handshake.ts': {
    date: 'Retry-After may be a date, once a refused connection',
    template: 'once a connection',
  },
  'src/engine/socket/node-wire.ts': { template: 'tells how a connection ended' },
  'src/engine/upload/diagnostics.ts': { template: 'once a command' },
  'src/engine/upload/ftp.ts': {
    promise: 'once an upload',
    template: 'once an upload',
    timer: 'the end of an upload',
  },
  'src/engine/upload/location.ts': { template: 'once a command' },
};

const all = readSources();
const sources = all.filter((file) => file.path.startsWith('src/'));

describe('the sources', () => {
  test('were found', () => expect(sources.length).toBeGreaterThan(10));
  test('import down the ranks', () => expect(checkRanks(sources)).toEqual([]));
  test('have no import cycle', () => expect(checkCycles(sources)).toEqual([]));
  test('keep a package in one folder', () => expect(checkPackages(sources)).toEqual([]));
  test('have files and lines of readable size', () => expect(checkSizes(all)).toEqual([]));
  test('have functions of readable size', () => expect(checkFunctions(all)).toEqual([]));
  test('have no leftovers', () => expect(checkLeftovers(all)).toEqual([]));
  test('obey the hot rules in the engine', () => {
    const engine = sources.filter((file) => file.path.startsWith('src/engine/'));
    expect(checkHotRules(engine, HOT_EXCEPTIONS)).toEqual([]);
  });
});

const file = (path: string, text: string): SourceFile => ({ path, text });

describe('the rules', () => {
  test('imports are found in every form', () => {
    const text = [
      "import a from './a.ts';",
      "import type { B } from '../ocpp/b.ts';",
      "export * from './c.ts';",
      "export { d } from './d.ts';",
      "import 'ws';",
      "const e = () => import('node:net');",
    ].join('\n');
    expect(importsOf(file('src/base/x.ts', text))).toEqual([
      'src/base/a.ts',
      'src/ocpp/b.ts',
      'ws',
      'src/base/c.ts',
      'src/base/d.ts',
      'node:net',
    ]);
  });

  test.each([
    ['src/base/x.ts', '../ocpp/actions.ts', 'rank 0 may not import ocpp (rank 1)'],
    ['src/engine/frame/x.ts', '../latency/y.ts', 'rank 7 may not import engine/latency (rank 7)'],
    ['src/cli/x.ts', '../index.ts', 'nothing imports the public door'],
    ['src/index.ts', './fleet/run.ts', 'fleet is not public'],
    ['src/fleet/x.ts', '../../test/y.ts', 'outside src'],
    ['src/nowhere/x.ts', '../base/y.ts', 'nowhere has no rank'],
  ])('ranks: %s may not import %s', (path, target, complaint) => {
    expect(checkRanks([file(path, `import '${target}';`)]).join()).toContain(complaint);
  });

  test('ranks: down, sideways in the folder, and the public door are fine', () => {
    const text = "import '../../base/clock.ts'; import './run.ts'; import '../socket/wire.ts';";
    expect(checkRanks([file('src/engine/shard/x.ts', text)])).toEqual([]);
    expect(checkRanks([file('src/index.ts', "export * from './scenario/life.ts';")])).toEqual([]);
  });

  test('cycles are told with their trail', () => {
    const cycle = [
      file('src/a.ts', "import './b.ts';"),
      file('src/b.ts', "import type { C } from './c.ts';"),
      file('src/c.ts', "import './b.ts'; import './d.ts';"),
      file('src/d.ts', ''),
    ];
    expect(checkCycles(cycle)).toEqual(['src/b.ts -> src/c.ts -> src/b.ts']);
    expect(checkCycles(cycle.slice(0, 2))).toEqual([]);
  });

  test('packages stay in their folder', () => {
    const ws = "import { WebSocket } from 'ws'; import net from 'node:net';";
    expect(checkPackages([file('src/csms/x.ts', ws)])).toEqual([]);
    expect(checkPackages([file('src/fleet/x.ts', ws)]).join()).toContain('belongs to csms');
    const parse = file('src/plan/x.ts', "import { parse } from 'csv-parse/sync';");
    expect(checkPackages([parse]).join()).toContain('belongs to scenario');
    const other = file('src/base/x.ts', "import lodash from 'lodash';");
    expect(checkPackages([other]).join()).toContain('which no folder owns');
  });

  test('sizes', () => {
    const line = 'const x = 1;\n';
    expect(checkSizes([file('a.ts', line.repeat(400))])).toEqual([]);
    expect(checkSizes([file('a.ts', line.repeat(401))])).toEqual(['a.ts: 401 lines']);
    const wide = `${line}${'x'.repeat(101)}\n`;
    expect(checkSizes([file('a.ts', wide)])).toEqual(['a.ts:2: 101 columns']);
  });

  test.each([
    ['function f() {', '}'],
    ['const f = () => {', '};'],
    ['class C { m() {', '} }'],
    ['const o = { get x() { return 1;', '} };'],
  ])('functions: %s', (head, tail) => {
    const of = (lines: number) => `${head}\n${'g();\n'.repeat(lines - 2)}${tail}\n`;
    expect(checkFunctions([file('a.ts', of(70))])).toEqual([]);
    expect(checkFunctions([file('a.ts', of(71))])).toEqual(['a.ts:1: a function of 71 lines']);
  });

  test('functions: a describe may be longer, the tests in it may not', () => {
    const body = 'g();\n'.repeat(80);
    expect(checkFunctions([file('a.ts', `describe.each(x)('a', () => {\n${body}});`)])).toEqual([]);
    const nested = `describe('a', () => {\ntest('b', () => {\n${body}});\n});`;
    expect(checkFunctions([file('a.ts', nested)])).toEqual(['a.ts:2: a function of 82 lines']);
  });

  test.each(['TO' + 'DO', 'FIX' + 'ME', 'test.on' + 'ly()', 'test.sk' + 'ip()'])(
    'leftovers: %s',
    (leftover) => expect(checkLeftovers([file('a.ts', `x\n// ${leftover}`)])).toHaveLength(1),
  );

  test.each([
    ['promise', 'async function f() {}'],
    ['promise', 'const f = async () => {};'],
    ['promise', 'await f();'],
    ['promise', 'Promise.resolve();'],
    ['json', 'JSON.parse(x);'],
    ['json', 'f((JSON as J).parse(x));'],
    ['template', 'f(`a${b}`);'],
    ['date', 'new Date();'],
    ['date', 'Date.now();'],
    ['timer', 'setTimeout(f, 1);'],
  ])('hot rule %s: %s', (rule, text) => {
    const files = [file('src/engine/x.ts', text)];
    expect(checkHotRules(files, {}).join()).toContain(`(rule ${rule})`);
    expect(checkHotRules(files, { 'src/engine/x.ts': { [rule]: 'at the start' } })).toEqual([]);
  });

  test('hot rules: types and throws are free, a stale exception is not', () => {
    const text = 'type F = () => Promise<Date>; throw new Error(`bad ${x}`);';
    const files = [file('src/engine/x.ts', text)];
    expect(checkHotRules(files, {})).toEqual([]);
    const stale = checkHotRules(files, { 'src/engine/x.ts': { json: 'no reason' } });
    expect(stale).toEqual(['src/engine/x.ts: the exception for rule json is not needed']);
  });
});
