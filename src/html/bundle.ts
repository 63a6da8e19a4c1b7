/** What a page needs, as one text: bundled in memory, from the sources or from what was built. */
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

/** The scripts of the two pages. */
export type Entry = 'live' | 'report';

const EXTENSION = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
const fileOf = (name: string) => fileURLToPath(new URL(`../page/${name}`, import.meta.url));

export const pageScript = (entry: Entry): string =>
  bundled(fileOf(`${entry}.${EXTENSION}`), { format: 'iife' });

export const pageStyle = (): string => bundled(fileOf('page.css'), {});

function bundled(file: string, options: { readonly format?: 'iife' }): string {
  const { outputFiles } = buildSync({
    ...options,
    entryPoints: [file],
    bundle: true,
    minify: true,
    write: false,
    platform: 'browser',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}
