import { Command } from 'commander';
import type { Context } from './context.ts';
import { EXIT_CODES } from './options.ts';
import { packageVersion } from './version.ts';

const HELP = `
First steps:
  ocpp-load new                      write a scenario to start from
  ocpp-load run scenario.ts          run it and see the report
  ocpp-load run --help               every flag, with examples
${EXIT_CODES}`;

/** A line of the list of commands, and where its code is: a command line needs that of one. */
interface Listed {
  readonly takes: string;
  readonly summary: string;
  readonly load: (context: Context) => Promise<Command>;
}

const COMMANDS: Readonly<Record<string, Listed>> = {
  run: {
    takes: '[options] [scenario]',
    summary: 'run a scenario and report',
    load: async (context) => (await import('./run.ts')).runCommand(context),
  },
  inspect: {
    takes: '[options] <scenario>',
    summary: 'show the load of a scenario without running it',
    load: async (context) => (await import('./inspect.ts')).inspectCommand(context),
  },
  forecast: {
    takes: '[options] <scenario>',
    summary: 'tell what load a fleet makes in a day',
    load: async (context) => (await import('./forecast.ts')).forecastCommand(context),
  },
  doctor: {
    takes: '[options] [scenario]',
    summary: 'tell whether machine and target can carry a run',
    load: async (context) => (await import('./doctor.ts')).doctorCommand(context),
  },
  capacity: {
    takes: '[options] <scenario>',
    summary: 'find the highest load that holds its SLOs',
    load: async (context) => (await import('./capacity.ts')).capacityCommand(context),
  },
  report: {
    takes: '[options] <file>',
    summary: 'report of a recorded run, or of a part of it',
    load: async (context) => (await import('./report.ts')).reportCommand(context),
  },
  merge: {
    takes: '[options] <files...>',
    summary: 'add recorded runs up into one file',
    load: async (context) => (await import('./merge.ts')).mergeCommand(context),
  },
  identities: {
    takes: '[options] <scenario>',
    summary: 'list the chargers of a scenario, to seed a central system',
    load: async (context) => (await import('./identities.ts')).identitiesCommand(context),
  },
  compare: {
    takes: '[options] [files...]',
    summary: 'tell whether new runs are slower than others',
    load: async (context) => (await import('./compare.ts')).compareCommand(context),
  },
  trend: {
    takes: '[options] <folder>',
    summary: 'tell on which night a metric changed',
    load: async (context) => (await import('./trend.ts')).trendCommand(context),
  },
  reconcile: {
    takes: '[options] <ledger> <export>',
    summary: 'compare a ledger with an export of the central system',
    load: async (context) => (await import('./reconcile.ts')).reconcileCommand(context),
  },
  new: {
    takes: '[file]',
    summary: 'write a commented starter scenario',
    load: async (context) => (await import('./new.ts')).newCommand(context),
  },
  keys: {
    takes: '<action> <file>',
    summary: 'make a key that runs over many machines are signed with',
    load: async (context) => (await import('./keys.ts')).keysCommand(context),
  },
  agent: {
    takes: '[options]',
    summary: 'run shares of runs over many machines',
    load: async (context) => (await import('./agent.ts')).agentCommand(context),
  },
  csms: {
    takes: '[options]',
    summary: 'run the embedded central system, a test double to aim at',
    load: async ({ io }) => (await import('./csms.ts')).csmsCommand(io),
  },
};

export const COMMAND_NAMES = Object.keys(COMMANDS);

/** The word that Commander will take for the command, or for the one to be helped with. */
export function commandOf(argv: readonly string[]): string | undefined {
  const [first, second] = argv.filter((arg) => !arg.startsWith('-'));
  return first === 'help' ? second : first;
}

/**
 * The commander tree: a file a command, loaded for those that are `called`; of the others there are
 * name and summary. Errors are thrown, not printed: see `main`.
 */
export async function buildProgram(
  context: Context,
  called: readonly (string | undefined)[],
): Promise<Command> {
  const program = emptyProgram(context);
  for (const [name, { summary, load }] of Object.entries(COMMANDS)) {
    const command = called.includes(name) ? await load(context) : new Command(name);
    program.addCommand(command.summary(summary).copyInheritedSettings(program));
  }
  return program;
}

function emptyProgram(context: Context): Command {
  const { io } = context;
  return new Command('ocpp-load')
    .description('Load-test OCPP 1.6-J central systems with fleets of virtual chargers')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureHelp({
      subcommandTerm: (command) =>
        `${command.name()} ${COMMANDS[command.name()]?.takes ?? '[command]'}`,
    })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => context.stdoutLook.width,
      getErrHelpWidth: () => context.stderrLook.width,
    });
}
