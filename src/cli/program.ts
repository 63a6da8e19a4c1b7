import { Command } from 'commander';
import { capacityCommand } from './capacity.ts';
import { compareCommand } from './compare.ts';
import type { Context } from './context.ts';
import { csmsCommand } from './csms.ts';
import { doctorCommand } from './doctor.ts';
import { forecastCommand } from './forecast.ts';
import { identitiesCommand } from './identities.ts';
import { inspectCommand } from './inspect.ts';
import { mergeCommand } from './merge.ts';
import { newCommand } from './new.ts';
import { EXIT_CODES } from './options.ts';
import { reconcileCommand } from './reconcile.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { trendCommand } from './trend.ts';
import { packageVersion } from './version.ts';

const HELP = `
First steps:
  ocpp-load new                      write a scenario to start from
  ocpp-load run scenario.ts          run it and see the report
  ocpp-load run --help               every flag, with examples
${EXIT_CODES}`;

/** The commander tree: a file a command. Errors are thrown, not printed: see `main`. */
export function buildProgram(context: Context): Command {
  const { io } = context;
  const program = new Command('ocpp-load')
    .description('Load-test OCPP 1.6-J central systems with fleets of virtual chargers')
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .addHelpText('after', HELP)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {},
      getOutHelpWidth: () => context.stdoutLook.width,
      getErrHelpWidth: () => context.stderrLook.width,
    });
  const commands = [
    runCommand(context),
    inspectCommand(context),
    forecastCommand(context),
    doctorCommand(context),
    capacityCommand(context),
    reportCommand(context),
    mergeCommand(context),
    identitiesCommand(context),
    compareCommand(context),
    trendCommand(context),
    reconcileCommand(context),
    newCommand(context),
    csmsCommand(io).summary('run the embedded central system, a test double to aim at'),
  ];
  for (const command of commands) program.addCommand(command.copyInheritedSettings(program));
  return program;
}
