/** What the program says of command lines that stand elsewhere: documentation, manifests. */
import { type Command, CommanderError } from 'commander';
import { buildProgram, COMMAND_NAMES } from '../../src/cli/program.ts';
import { withDivider } from '../../src/cli/sides.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { fakeIo } from '../cli/io.ts';

function anyProgram(): Promise<Command> {
  const looks = { stdoutLook: PLAIN_LOOK, stderrLook: PLAIN_LOOK };
  const context = { io: fakeIo(), exitCode: 0, consequence: '', ...looks };
  return buildProgram(context, COMMAND_NAMES);
}

/** What the program says against a command line; nothing is run. `''`: it takes it. */
export async function complaint(argv: readonly string[]): Promise<string> {
  const program = await anyProgram();
  for (const command of program.commands) command.action(() => {});
  try {
    await program.parseAsync(withDivider(argv), { from: 'user' });
    return '';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    return error.exitCode === 0 ? '' : `${error.code} ${error.message}`;
  }
}

/** The variables that say the same as a flag, of all commands. */
export async function twins(): Promise<string[]> {
  return (await anyProgram()).commands
    .flatMap(({ options }) => options)
    .flatMap(({ description }) => /\(env (\w+)\)/.exec(description)?.[1] ?? []);
}
