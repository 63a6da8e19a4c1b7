/** The rules of style that a machine can hold, each a pure function from files to complaints. */
import { dirname, posix } from 'node:path';
import { type ESTree, parseSync } from 'vite';

/** A source file: `path` relative to the repository, with forward slashes. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** `src/` folders and how far down the data path they are. Imports go to a lower rank only. */
export const RANKS: Readonly<Record<string, number>> = {
  base: 0,
  bus: 1,
  nats: 2,
  http: 1,
  ocpp: 1,
  snapshot: 2,
  chargers: 2,
  ledger: 2,
  metrics: 3,
  health: 3,
  thresholds: 4,
  series: 4,
  result: 5,
  compare: 6,
  capacity: 6,
  view: 6,
  scenario: 5,
  plan: 6,
  'engine/frame': 7,
  'engine/latency': 7,
  'engine/socket': 8,
  'engine/upload': 8,
  csms: 9,
  'engine/charger': 9,
  'engine/shard': 10,
  forecast: 11,
  fleet: 11,
  report: 12,
  share: 12,
  bundle: 13,
  doctor: 13,
  prometheus: 13,
  ui: 13,
  page: 13,
  html: 13,
  agent: 14,
  coordinator: 14,
  cli: 15,
};
/** What `src/index.ts`, the public door, may open. */
export const PUBLIC_FOLDERS = ['base', 'ocpp', 'chargers', 'scenario'];

/** One package in one folder, so that it can be replaced there; a bundler serves two purposes. */
export const PACKAGE_FOLDERS: Readonly<Record<string, string | readonly string[]>> = {
  piscina: 'fleet',
  'prom-client': 'prometheus',
  commander: 'cli',
  ws: 'csms',
  'hdr-histogram-js': 'snapshot',
  'csv-parse': 'scenario',
  esbuild: ['scenario', 'html'],
  uplot: 'page',
  'basic-ftp': 'engine/upload',
  '@nats-io/transport-node': 'nats',
  '@nats-io/jetstream': 'nats',
  '@nats-io/kv': 'nats',
  '@nats-io/nkeys': ['nats', 'bundle'],
};

export const MAX_FILE_LINES = 400;
export const MAX_FUNCTION_LINES = 70;
export const MAX_COLUMNS = 100;

/** The folder of `RANKS` that a file is in; '' for `src/index.ts`, undefined outside src. */
export function folderOf(path: string): string | undefined {
  const [root, ...folders] = path.split('/').slice(0, -1);
  if (root !== 'src') return undefined;
  return folders.slice(0, folders[0] === 'engine' ? 2 : 1).join('/');
}

/** What a file imports: relative ones as paths in the repository, others as written. */
export function importsOf(file: SourceFile): string[] {
  const { module, program } = parse(file);
  const found = [
    ...module.staticImports.map((i) => i.moduleRequest.value),
    ...module.staticExports.flatMap((e) =>
      e.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
  ];
  walk(program, (node) => {
    if (node.type !== 'ImportExpression' || node.source.type !== 'Literal') return;
    if (typeof node.source.value === 'string') found.push(node.source.value);
  });
  const here = dirname(file.path);
  const resolved = found.map((name) => (name.startsWith('.') ? posix.join(here, name) : name));
  return [...new Set(resolved)];
}

export function checkRanks(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const folder = folderOf(file.path);
    if (folder === undefined) return [];
    if (folder !== '' && !(folder in RANKS)) return [`${file.path}: ${folder} has no rank`];
    return importsOf(file).flatMap((target) => {
      if (!target.includes('/') || !/\.(ts|json)$/.test(target)) return [];
      const problem = rankProblem(folder, folderOf(target));
      return problem ? [`${file.path} imports ${target}: ${problem}`] : [];
    });
  });
}

function rankProblem(from: string, to: string | undefined): string | null {
  if (to === undefined) return 'outside src';
  if (from === to) return null;
  if (from === '') return PUBLIC_FOLDERS.includes(to) ? null : `${to} is not public`;
  if (to === '') return 'nothing imports the public door';
  if (RANKS[to] < RANKS[from]) return null;
  return `rank ${RANKS[from]} may not import ${to} (rank ${RANKS[to]})`;
}

/** Cycles of files, type imports included: a reader cannot start anywhere in one. */
export function checkCycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(files.map((file) => [file.path, importsOf(file)]));
  const state = new Map<string, 'open' | 'done'>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]) => {
    if (state.get(path) === 'done') return;
    if (state.get(path) === 'open') {
      cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    state.set(path, 'open');
    for (const target of edges.get(path) ?? []) {
      if (edges.has(target)) visit(target, [...trail, path]);
    }
    state.set(path, 'done');
  };
  for (const path of edges.keys()) visit(path, []);
  return cycles;
}

export function checkPackages(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const folder = folderOf(file.path);
    if (folder === undefined) return [];
    return importsOf(file).flatMap((name) => {
      if (name.startsWith('src/') || name.startsWith('node:')) return [];
      const owner = PACKAGE_FOLDERS[packageOf(name)];
      if (owner === undefined) return [`${file.path} imports ${name}, which no folder owns`];
      if ([owner].flat().includes(folder)) return [];
      return [`${file.path} imports ${name}, which belongs to ${[owner].flat().join(' and ')}`];
    });
  });
}

const packageOf = (name: string) =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');

export function checkSizes(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const lines = file.text.replace(/\n$/, '').split('\n');
    const long = lines.flatMap((line, i) =>
      line.length > MAX_COLUMNS ? [`${file.path}:${i + 1}: ${line.length} columns`] : [],
    );
    const tall = lines.length > MAX_FILE_LINES ? [`${file.path}: ${lines.length} lines`] : [];
    return [...tall, ...long];
  });
}

/** Functions over the limit. The body of a `describe` is a chapter, not a function. */
export function checkFunctions(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) => {
    const chapters = new Set<ESTree.Node>();
    const complaints: string[] = [];
    walk(parse(file).program, (node) => {
      if (node.type === 'CallExpression' && isDescribe(node)) {
        for (const argument of node.arguments) chapters.add(argument);
      }
      if (!isFunction(node) || chapters.has(node)) return;
      const first = lineAt(file.text, node.start);
      const lines = lineAt(file.text, node.end) - first + 1;
      if (lines > MAX_FUNCTION_LINES) {
        complaints.push(`${file.path}:${first}: a function of ${lines} lines`);
      }
    });
    return complaints;
  });
}

const isDescribe = (call: ESTree.CallExpression): boolean => {
  let callee: ESTree.Node = call.callee;
  while (callee.type === 'MemberExpression' || callee.type === 'CallExpression') {
    callee = callee.type === 'MemberExpression' ? callee.object : callee.callee;
  }
  return callee.type === 'Identifier' && callee.name.startsWith('describe');
};

/** Written in two parts, or this file would complain about itself. */
const LEFTOVERS = ['TO' + 'DO', 'FIX' + 'ME', '.on' + 'ly(', '.sk' + 'ip('];

export function checkLeftovers(files: readonly SourceFile[]): string[] {
  return files.flatMap((file) =>
    file.text.split('\n').flatMap((line, i) => {
      const found = LEFTOVERS.filter((leftover) => line.includes(leftover));
      return found.map((leftover) => `${file.path}:${i + 1}: ${leftover}`);
    }),
  );
}

export function parse(file: SourceFile) {
  const result = parseSync(file.path, file.text);
  if (result.errors.length > 0) {
    throw new Error(`${file.path} does not parse: ${result.errors[0].message}`);
  }
  return result;
}

export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export type FunctionNode = ESTree.Function | ESTree.ArrowFunctionExpression;

export function isFunction(node: ESTree.Node): node is FunctionNode {
  return (
    node.type === 'FunctionDeclaration' ||
    node.type === 'FunctionExpression' ||
    node.type === 'ArrowFunctionExpression'
  );
}

/** Visits every node, parents first; `ancestors` has the outermost first. */
export function walk(
  node: ESTree.Node,
  visit: (node: ESTree.Node, ancestors: readonly ESTree.Node[]) => void,
  ancestors: readonly ESTree.Node[] = [],
): void {
  visit(node, ancestors);
  const below = [...ancestors, node];
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child && typeof child.type === 'string') walk(child, visit, below);
    }
  }
}
