import { Command } from 'commander';
import { examineLocally } from '../doctor/examine.ts';
import { type Finding, problemsOf } from '../doctor/finding.ts';
import { findingsText } from '../doctor/text.ts';
import { machineLimits, type Spread } from '../fleet/limits.ts';
import { chooseSpread } from '../fleet/spread.ts';
import { type ExpectedLoad, expectLoad } from '../plan/expect.ts';
import type { Plan } from '../plan/plan.ts';
import { hideCredentials } from '../report/clean.ts';
import { expectedText } from '../report/expected.ts';
import { spreadText } from '../report/header.ts';
import type { Look } from '../report/look.ts';
import type { Context } from './context.ts';
import { writeAll } from './io.ts';
import { addPlanOptions, type Flags } from './options.ts';
import { spreadWish } from './overrides.ts';
import { planOf, prepare } from './scenario.ts';

const HELP = `
Examples:
  ocpp-load inspect scenarios/5000-chargers.ts
  ocpp-load inspect nightly.ts --chargers 20000 --json

Nothing is connected: the figures are computed from the scenario.
`;

export function inspectCommand(context: Context): Command {
  const command = new Command('inspect')
    .description('Show fleets, rates over time, sockets, memory and length of a scenario')
    .argument('<scenario>', 'a scenario file (.ts or .js)')
    .option('--json', 'as JSON, with every figure');
  return addPlanOptions(command)
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string, flags: Flags & { json?: boolean }) => {
      const { json, ...planFlags } = flags;
      const overrides = prepare(planFlags, context);
      const plan = await planOf(scenarioPath, overrides);
      const load = expectLoad(plan);
      const look = context.stdoutLook;
      const spread = chooseSpread(plan, spreadWish(overrides), machineLimits());
      const refusals = problemsOf(await examineLocally(plan, spreadWish(overrides)));
      const text = json
        ? inspectJson(plan, load, refusals, spread)
        : [
            expectedText(plan, load, look),
            `\n  run would spread this here over ${spreadText(spread)}.\n`,
            refusalText(refusals, look),
          ].join('');
      await writeAll(context.io.stdout, [text]);
    });
}

function refusalText(refusals: readonly Finding[], look: Look): string {
  if (refusals.length === 0) return '';
  return `\n  run would refuse this here (exit 122):\n${findingsText(refusals, look)}\n`;
}

/** Units are in the names: rates a second, lengths in seconds, memory in bytes. */
export function inspectJson(
  plan: Plan,
  load: ExpectedLoad,
  refusals: readonly Finding[] = [],
  spread?: Spread,
): string {
  const { name, description, dialect, seed, target, sourceAddresses } = plan;
  const head = {
    schema: 'ocpp-load/inspect/1',
    scenario: name,
    description,
    dialect,
    seed,
    target: { kind: target.kind, url: hideCredentials(target.url) },
    sourceAddresses,
  };
  return `${JSON.stringify({ ...head, ...load, spread, refusals }, null, 2)}\n`;
}
