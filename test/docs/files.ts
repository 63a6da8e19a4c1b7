import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the documentation: `path` relative to the repository. */
export interface DocFile {
  readonly path: string;
  readonly text: string;
}

export function docFile(path: string): DocFile {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

/** README.md, that of the dashboard, and all of docs/ with one of the extensions. */
export function docFiles(...extensions: readonly string[]): DocFile[] {
  const docs = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return ['README.md', 'dashboards/README.md', ...docs.map((name) => `docs/${name}`)]
    .filter((path) => extensions.some((extension) => path.endsWith(extension)))
    .map(docFile);
}
