import { CommanderError } from 'commander';
import { ExitCode, UserError } from '../base/errors.ts';
import { lookOf } from '../report/look.ts';
import type { Context } from './context.ts';
import { reportError } from './errors.ts';
import { type Io, processIo } from './io.ts';
import { buildProgram, commandOf } from './program.ts';
import { withDivider } from './sides.ts';

/** Runs one command line (`argv` without node and script); resolves with the exit code. */
export async function main(argv: readonly string[], io: Io = processIo()): Promise<number> {
  const context: Context = {
    io,
    exitCode: ExitCode.ok,
    consequence: '',
    stdoutLook: lookOf(io.stdout, io.env),
    stderrLook: lookOf(io.stderr, io.env),
  };
  try {
    const program = await buildProgram(context, [commandOf(argv)]);
    if (argv.length === 0) {
      program.outputHelp();
      return ExitCode.ok;
    }
    await program.parseAsync(withDivider(argv), { from: 'user' });
    return context.exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return ExitCode.ok;
    const shown = error instanceof CommanderError ? usageError(error, argv) : error;
    const { text, exitCode } = reportError(shown, context.consequence, context.stderrLook);
    io.stderr.write(text);
    return exitCode;
  }
}

/** `error: unknown option '--tagret'\n(Did you mean --target?)` as a mistake of the user. */
function usageError(error: CommanderError, argv: readonly string[]): UserError {
  const [first, suggestion = ''] = error.message.replace(/^error: /, '').split('\n');
  const hint = suggestion.replace(/^\(Did you mean (.*)\?\)$/, 'did you mean `$1`?  ');
  const taken = error.code === 'commander.missingArgument' ? takenByFlag(argv) : '';
  return new UserError(first, taken || `${hint}\`ocpp-load --help\` lists what there is`);
}

/** Flags with a value that may be left out take what comes next; '': none took a scenario. */
function takenByFlag(argv: readonly string[]): string {
  const at = argv.findIndex(
    (each, i) => /^--(ui|metrics)$/.test(each) && /\.[cm]?[jt]s$/.test(argv[i + 1] ?? ''),
  );
  if (at < 0) return '';
  return `${argv[at]} took ${argv[at + 1]} as its address: put the scenario before it`;
}
