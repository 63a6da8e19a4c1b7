import fs from 'node:fs';
import { UserError } from '../base/errors.ts';
import { makeFolders } from './folder.ts';

/** As `partsIn` names them. */
const PART = /^share-(\d+)(?:-epoch-\d+)?\.olr$/;

/**
 * Makes the folder of --parts where it is missing. Files of another run would be merged with ours.
 * @param own shares of a run that is resumed, whose files are written anew; 0: the run is new.
 * @throws UserError
 */
export function preparePartsFolder(folder: string, own: number): void {
  const foreign = namesIn(folder).filter((name) => Number(PART.exec(name)?.[1] ?? 0) > own);
  if (foreign.length === 0) return;
  throw new UserError(
    `--parts ${folder} holds shares of another run: ${listed(foreign.sort())}`,
    'name another folder: they would be merged with those of this run',
  );
}

function namesIn(folder: string): string[] {
  try {
    makeFolders(folder);
    return fs.readdirSync(folder);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UserError(`--parts ${folder}: cannot be made (${code})`, 'name another folder');
  }
}

const NAMED = 3;

const listed = (names: readonly string[]) =>
  names.length > NAMED
    ? `${names.slice(0, NAMED).join(', ')} and ${names.length - NAMED} more`
    : names.join(', ');
