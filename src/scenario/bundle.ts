/** The way for files that Node cannot strip: enums, path aliases, imports without an extension. */
import { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * Bundles a user's file, in memory, into one ES module with an inline source map.
 * @throws esbuild's BuildFailure, with the place of every mistake.
 */
export const bundle = (file: string): Promise<string> =>
  buildOne(file, { plugins: [PACKAGES], banner: '' });

/**
 * The same with the packages in it, so that only `ocpp-load` and Node itself stay outside: what
 * other machines load. Paths of this machine are not in it.
 * @param firstLine a comment.
 */
export const bundleWhole = (file: string, firstLine: string): Promise<string> =>
  buildOne(file, {
    external: ['ocpp-load'],
    sourcesContent: false,
    banner: `${firstLine}\n${REQUIRE}`,
  });

/** For packages that are CommonJS; where users' code has a name like this, esbuild changes it. */
const REQUIRE =
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

interface Way {
  readonly plugins?: Plugin[];
  readonly external?: string[];
  readonly sourcesContent?: boolean;
  readonly banner: string;
}

async function buildOne(file: string, { banner, ...way }: Way): Promise<string> {
  const result = await build({
    entryPoints: [file],
    absWorkingDir: dirname(file),
    outdir: dirname(file),
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    sourcemap: 'inline',
    logLevel: 'silent',
    banner: { js: banner },
    ...way,
  });
  return result.outputFiles[0].text;
}

/** Marks a resolution that the plugin itself asked for. */
const ASKED = 'asked';

/**
 * Packages stay outside, as Node loads them; what a tsconfig alias points at, and TypeScript that
 * a package ships, comes in.
 */
const PACKAGES: Plugin = {
  name: 'packages',
  setup(context) {
    context.onResolve({ filter: /^[^./]/ }, async (asked) => {
      const { path, kind, importer, resolveDir, pluginData } = asked;
      if (kind === 'entry-point' || pluginData === ASKED) return undefined;
      if (path === 'ocpp-load' || isBuiltin(path)) return { path, external: true };
      const options = { kind, importer, resolveDir, pluginData: ASKED };
      const found = await context.resolve(path, options);
      const packaged =
        /[\\/]node_modules[\\/]/.test(found.path) && !/\.[cm]?tsx?$/.test(found.path);
      if (found.errors.length > 0 || packaged) return { path, external: true };
      return { path: found.path, namespace: found.namespace };
    });
  },
};
