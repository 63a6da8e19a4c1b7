import { Command } from 'commander';
import { type ExpectedLoad, expectLoad } from '../plan/expect.ts';
import type { Plan } from '../plan/plan.ts';
import { hideCredentials } from '../report/clean.ts';
import { forecastText } from '../report/forecast.ts';
import type { Context } from './context.ts';
import { writeAll } from './io.ts';
import { addPlanOptions, type Flags } from './options.ts';
import { planOf, prepare } from './scenario.ts';

const HELP = `
Examples:
  ocpp-load inspect scenarios/5000-chargers.ts
  ocpp-load inspect nightly.ts --chargers 20000 --json

Nothing is connected: the figures are computed from the scenario.
`;

export function inspectCommand(context: Context): Command {
  const command = new Command('inspect')
    .summary('show the load of a scenario without running it')
    .description('Show fleets, rates over time, sockets, memory and length of a scenario')
    .argument('<scenario>', 'a scenario file (.ts or .js)')
    .option('--json', 'as JSON, with every figure');
  return addPlanOptions(command)
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string, flags: Flags & { json?: boolean }) => {
      const { json, ...planFlags } = flags;
      const plan = await planOf(scenarioPath, prepare(planFlags, context));
      const load = expectLoad(plan);
      const text = json ? inspectJson(plan, load) : forecastText(plan, load, context.stdoutLook);
      await writeAll(context.io.stdout, [text]);
    });
}

/** Units are in the names: rates a second, lengths in seconds, memory in bytes. */
export function inspectJson(plan: Plan, load: ExpectedLoad): string {
  const { name, description, dialect, seed, target } = plan;
  const head = {
    schema: 'ocpp-load/inspect/1',
    scenario: name,
    description,
    dialect,
    seed,
    target: { kind: target.kind, url: hideCredentials(target.url) },
  };
  return `${JSON.stringify({ ...head, ...load }, null, 2)}\n`;
}
