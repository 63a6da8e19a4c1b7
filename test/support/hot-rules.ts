/**
 * Spot checks of the hot rules: what must not be written where code runs per message. Only the
 * benchmark of bytes per round trip sees the rest (objects, closures).
 */
import type { ESTree } from 'vite';
import { isFunction, lineAt, parse, type SourceFile, walk } from './tidy.ts';

export type HotRule = 'promise' | 'json' | 'template' | 'date' | 'timer';

/** Per file and rule: why this file may. */
export type HotExceptions = Readonly<Record<string, Partial<Readonly<Record<HotRule, string>>>>>;

const TIMERS = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'];

/** Complaints about `files`, and about exceptions that nothing needs any more. */
export function checkHotRules(files: readonly SourceFile[], exceptions: HotExceptions): string[] {
  const used = new Set<string>();
  const complaints = files.flatMap((file) =>
    violations(file).flatMap(({ rule, line, what }) => {
      if (!exceptions[file.path]?.[rule]) return [`${file.path}:${line}: ${what} (rule ${rule})`];
      used.add(`${file.path} ${rule}`);
      return [];
    }),
  );
  const stale = Object.entries(exceptions).flatMap(([path, rules]) =>
    Object.keys(rules)
      .filter((rule) => !used.has(`${path} ${rule}`))
      .map((rule) => `${path}: the exception for rule ${rule} is not needed`),
  );
  return [...complaints, ...stale];
}

interface Violation {
  readonly rule: HotRule;
  readonly line: number;
  readonly what: string;
}

function violations(file: SourceFile): Violation[] {
  const found: Violation[] = [];
  walk(parse(file).program, (node, ancestors) => {
    // Types leave nothing at run time, and a throw ends the run.
    if (ancestors.some((a) => a.type.startsWith('TS') && !isWrapper(a))) return;
    if (ancestors.some((a) => a.type === 'ThrowStatement')) return;
    const broken = ruleBroken(node);
    if (broken) found.push({ ...broken, line: lineAt(file.text, node.start) });
  });
  return found;
}

/** `x as T`, `x!`, `x satisfies T` and `export =`: TypeScript around a value. */
const isWrapper = (node: ESTree.Node): boolean =>
  /^TS(As|NonNull|Satisfies|TypeAssertion|InstantiationExpression|Export)/.test(node.type);

function ruleBroken(node: ESTree.Node): { rule: HotRule; what: string } | null {
  if (isFunction(node) && node.async) return { rule: 'promise', what: 'an async function' };
  switch (node.type) {
    case 'AwaitExpression':
      return { rule: 'promise', what: 'await' };
    case 'TemplateLiteral':
      return node.expressions.length > 0 ? { rule: 'template', what: 'a template string' } : null;
    case 'Identifier':
      return nameBroken(node.name);
    default:
      return null;
  }
}

function nameBroken(name: string): { rule: HotRule; what: string } | null {
  if (name === 'Promise') return { rule: 'promise', what: name };
  if (name === 'JSON') return { rule: 'json', what: name };
  if (name === 'Date') return { rule: 'date', what: name };
  return TIMERS.includes(name) ? { rule: 'timer', what: name } : null;
}
