/**
 * Compiles src/ into dist/. The compiler writes beside dist/, which is replaced only when all went
 * well: a failing build leaves the old one alone. npm runs this on `npm ci` and before packing,
 * never where the packed package is installed.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

/** The folder that the compiler writes to. */
let fresh = '';
if (!existsSync(compiler)) {
  fail('the TypeScript compiler is not installed; run `npm ci` without --omit=dev');
}

// Under node_modules: the same file system as dist/, and ignored by every tool.
const cache = join(root, 'node_modules', '.cache');
mkdirSync(cache, { recursive: true });
fresh = mkdtempSync(join(cache, 'build-'));
try {
  build();
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

function build() {
  const compiled = join(fresh, 'dist');
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', compiled];
  const { status, error } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (error) fail(`the compiler could not be started: ${error.message}`);
  if (status !== 0) fail('the errors above are in src/; dist/ was left as it was');
  copyOthers(compiled);
  const dist = join(root, 'dist');
  if (existsSync(dist)) renameSync(dist, join(fresh, 'old'));
  renameSync(compiled, dist);
}

/** Schemas that users read, and the style of the page: not the compiler's business. */
function copyOthers(compiled) {
  const source = join(root, 'src');
  for (const file of readdirSync(source, { recursive: true })) {
    if (!/\.(json|css)$/.test(file) || file.endsWith('tsconfig.json')) continue;
    const target = join(compiled, file);
    mkdirSync(dirname(target), { recursive: true });
    cpSync(join(source, file), target);
  }
}

function fail(message) {
  process.stderr.write(`build failed: ${message}\n`);
  if (fresh) rmSync(fresh, { recursive: true, force: true });
  process.exit(1);
}
