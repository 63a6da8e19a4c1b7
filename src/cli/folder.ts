import fs from 'node:fs';
import path from 'node:path';

/**
 * Makes a folder and those above it that are missing. One by one: `recursive` never ends where the
 * system lets nobody make one, as in /proc. @throws what the system says of the first that fails.
 */
export function makeFolders(folder: string): void {
  if (isFolder(folder)) return;
  const above = path.dirname(path.resolve(folder));
  if (above !== path.resolve(folder)) makeFolders(above);
  try {
    fs.mkdirSync(folder);
  } catch (error) {
    // Somebody else may have been faster.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(name: string): boolean {
  return fs.statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
