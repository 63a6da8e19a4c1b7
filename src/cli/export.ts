/** Files of results: writable before a run starts, and the summary never half written after it. */
import fs from 'node:fs';
import path from 'node:path';
import { UserError } from '../base/errors.ts';

/** Throws a UserError when `file` could not be written; leaves nothing behind. */
export function checkExport(file: string, flag = '--summary-export'): void {
  const folder = path.dirname(path.resolve(file));
  const wrong = (reason: string, hint: string) => new UserError(`${flag} ${file}: ${reason}`, hint);
  const parent = fs.statSync(folder, { throwIfNoEntry: false });
  if (!parent) throw wrong(`the folder ${folder} does not exist`, 'create it, or name another');
  if (!parent.isDirectory()) throw wrong(`${folder} is no folder`, 'name a file in a folder');
  const existing = fs.statSync(file, { throwIfNoEntry: false });
  if (existing?.isDirectory()) throw wrong('is a folder', 'name a file in it');
  try {
    if (existing) fs.accessSync(file, fs.constants.W_OK);
    if (existing && !existing.isFile()) return;
    const probe = temporaryName(file);
    fs.writeFileSync(probe, '', { flag: 'wx' });
    fs.unlinkSync(probe);
  } catch (error) {
    throw wrong(`cannot be written (${codeOf(error)})`, 'choose a place that you may write to');
  }
}

/**
 * Checks the files that a run will write, by flag, before it starts; `inputs` are those that it
 * reads, by what they are, such as `the scenario`.
 * @throws UserError when one cannot be written, is an input, or two are the same.
 */
export function checkOutputs(
  files: Readonly<Record<string, string | undefined>>,
  inputs: Readonly<Record<string, string>> = {},
): void {
  const flags = new Map<string, string>();
  const read = new Map(Object.entries(inputs).map(([name, file]) => [placeOf(file), name]));
  for (const [flag, file] of Object.entries(files)) {
    if (file === undefined) continue;
    checkExport(file, flag);
    const place = placeOf(file);
    const input = read.get(place);
    if (input !== undefined) {
      throw new UserError(`${flag} ${file}: is ${input} itself`, 'name another file');
    }
    const other = flags.get(place);
    if (other !== undefined) {
      throw new UserError(`${other} and ${flag} both name ${file}`, 'each needs a file of its own');
    }
    flags.set(place, flag);
  }
}

/** The same for every name of a file, also of one that is not there yet; of a device its name. */
function placeOf(file: string): string {
  const whole = path.resolve(file);
  try {
    const existing = fs.statSync(whole, { throwIfNoEntry: false });
    if (existing) return existing.isFile() ? fs.realpathSync(whole) : whole;
    return path.join(fs.realpathSync(path.dirname(whole)), path.basename(whole));
  } catch {
    return whole;
  }
}

/** Writes `text` in one step: readers see the old file or the new one. */
export function writeExport(file: string, text: string, flag = '--summary-export'): void {
  try {
    const existing = fs.statSync(file, { throwIfNoEntry: false });
    // A device or a pipe cannot be replaced by renaming.
    if (existing && !existing.isFile()) {
      fs.writeFileSync(file, text);
      return;
    }
    const target = existing ? fs.realpathSync(file) : file;
    const temporary = temporaryName(target);
    try {
      fs.writeFileSync(temporary, text, { flag: 'wx' });
      fs.renameSync(temporary, target);
    } finally {
      fs.rmSync(temporary, { force: true });
    }
  } catch (error) {
    throw new UserError(
      `${flag} ${file}: could not be written (${codeOf(error)})`,
      'the report above is complete; repeat the run for the file',
    );
  }
}

const temporaryName = (file: string) =>
  path.join(path.dirname(path.resolve(file)), `.${path.basename(file)}.${process.pid}.tmp`);

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code ?? String(error);
