import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { UserError } from '../base/errors.ts';
import type { Context } from './context.ts';
import { STARTER_SCENARIO } from './starter.ts';

const DEFAULT_FILE = 'scenario.ts';

const HELP = `
Examples:
  ocpp-load new
  ocpp-load new scenarios/nightly.ts
`;

export function newCommand(context: Context): Command {
  return new Command('new')
    .description('Write a commented scenario to start from; never overwrites a file')
    .argument('[file]', 'where to', DEFAULT_FILE)
    .addHelpText('after', HELP)
    .action((file: string) => {
      context.consequence = 'nothing was written.';
      writeStarter(file);
      context.io.stdout.write(`  wrote ${file}\n  next: ocpp-load run ${file}\n`);
    });
}

/** Creates `file` with the starter scenario in it. */
export function writeStarter(file: string): void {
  if (!/\.[mc]?ts$/.test(file)) {
    throw new UserError(`${file} is no TypeScript file`, 'a scenario ends in .ts, e.g. nightly.ts');
  }
  const text = STARTER_SCENARIO.replaceAll(`${DEFAULT_FILE}\n`, `${file}\n`);
  try {
    fs.writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const folder = path.dirname(path.resolve(file));
    if (code === 'EEXIST') throw new UserError(`${file} exists`, 'name another file');
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UserError(`${file}: the folder ${folder} does not exist`, 'create it first');
    }
    throw new UserError(`${file} cannot be written (${code})`, 'name another place');
  }
}
