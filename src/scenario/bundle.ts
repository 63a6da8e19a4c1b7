/** The way for files that Node cannot strip: enums, path aliases, imports without an extension. */
import { isBuiltin } from 'node:module';
import { dirname } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * Bundles a user's file, in memory, into one ES module with an inline source map.
 * @throws esbuild's BuildFailure, with the place of every mistake.
 */
export async function bundle(file: string): Promise<string> {
  const result = await build({ ...optionsFor(file), sourcemap: 'inline', plugins: [PACKAGES] });
  return result.outputFiles[0].text;
}

/**
 * The same with the packages in it, so that only `ocpp-load` and Node itself stay outside: what
 * other machines load. Where packages lie on this machine is not in it.
 * @param firstLine a comment.
 */
export async function bundleWhole(file: string, firstLine: string): Promise<string> {
  const result = await build({
    ...optionsFor(file),
    sourcemap: 'external',
    sourcesContent: false,
    external: ['ocpp-load'],
    banner: { js: `${firstLine}\n${REQUIRE}` },
    metafile: true,
  });
  const lies = foldersOfPackages(Object.keys(result.metafile.inputs));
  const [map, code] = result.outputFiles.map(({ text }) => withoutFolders(text, lies));
  const inline = Buffer.from(map).toString('base64');
  return `${code}//# sourceMappingURL=data:application/json;base64,${inline}\n`;
}

const optionsFor = (file: string) => ({
  entryPoints: [file],
  absWorkingDir: dirname(file),
  outdir: dirname(file),
  bundle: true,
  write: false as const,
  format: 'esm' as const,
  platform: 'node' as const,
  target: 'node22',
  logLevel: 'silent' as const,
});

/** For packages that are CommonJS; where users' code has a name like this, esbuild changes it. */
const REQUIRE =
  "const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);";

const PACKAGE_FOLDER = 'node_modules/';

/** `../../opt/lib/node_modules/` of what is outside the scenario's folder. */
function foldersOfPackages(inputs: readonly string[]): string[] {
  const outside = inputs.filter((path) => path.startsWith('../') && path.includes(PACKAGE_FOLDER));
  const folders = outside.map((path) =>
    path.slice(0, path.indexOf(PACKAGE_FOLDER) + PACKAGE_FOLDER.length),
  );
  // A longer one may end like a shorter one.
  return [...new Set(folders)].sort((a, b) => b.length - a.length);
}

const withoutFolders = (text: string, folders: readonly string[]) =>
  folders.reduce((left, folder) => left.replaceAll(folder, PACKAGE_FOLDER), text);

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
