/**
 * Node's module hooks, so that a user's file finds `ocpp-load` wherever it lies, and so that a
 * transformed file is loaded from memory. They are per thread.
 */
import { type LoadHookContext, registerHooks, SourceMap } from 'node:module';

const SELF = 'ocpp-load';
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';
const OWN_INDEX = new URL(`../index${EXTENSION}`, import.meta.url).href;

const sources = new Map<string, string>();
let installed = false;

/** Serves `source`, an ES module, under `url` from now on. */
export function serveFromMemory(url: string, source: string): void {
  sources.set(url, source);
}

/** The place in the user's file of a place in a source served from memory; lines count from 1. */
export function originOf(url: string, line: number, column: number) {
  const inline = /sourceMappingURL=data:[^,]*;base64,(\S+)/.exec(sources.get(url) ?? '');
  if (!inline) return undefined;
  const map = new SourceMap(JSON.parse(Buffer.from(inline[1], 'base64').toString()));
  const origin = map.findOrigin(line, column);
  if (!('fileName' in origin)) return undefined;
  const { href } = new URL(origin.fileName, url);
  return { url: href, line: origin.lineNumber, column: origin.columnNumber };
}

export function installHooks(): void {
  if (installed) return;
  installed = true;
  process.setSourceMapsEnabled(true);
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === SELF ? { url: OWN_INDEX, shortCircuit: true } : next(specifier, context),
    load: (url, context, next) => {
      const source = sources.get(url);
      if (source !== undefined) return { format: 'module', source, shortCircuit: true };
      return next(url, withFormat(url, context));
    },
  });
}

/**
 * Without a package.json that says `"type": "module"`, Node tries CommonJS first and then prints a
 * warning about it. A scenario in an empty folder is the first thing that a new user writes.
 */
function withFormat(url: string, context: LoadHookContext): LoadHookContext {
  const ambiguous = context.format === undefined || context.format === null;
  const typescript = /^file:.*\.ts(\?.*)?$/.test(url) && !url.includes('/node_modules/');
  return ambiguous && typescript ? { ...context, format: 'module-typescript' } : context;
}

/**
 * Node's own `import()`. A test runner that rewrites `import()` in these sources would otherwise
 * load the user's file its own way, past the hooks.
 */
const NATIVE_IMPORT = 'data:text/javascript,export default (url) => import(url)';

export async function importNatively(url: string): Promise<Record<string, unknown>> {
  const { default: load } = await import(NATIVE_IMPORT);
  return load(url);
}
