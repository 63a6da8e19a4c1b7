import { Command, Option } from 'commander';
import { columnText } from '../plan/columns.ts';
import type { Plan } from '../plan/plan.ts';
import type { Context } from './context.ts';
import { writeAll } from './io.ts';
import { addPlanOptions, type Flags } from './options.ts';
import { planOf, prepare } from './scenario.ts';

const HELP = `
Examples:
  ocpp-load identities scenarios/5000-chargers.ts > chargers.csv
  ocpp-load identities nightly.ts --format json --chargers 10

The list holds passwords: what a central system needs to know the chargers before a run.
`;

export interface IdentityRow {
  /** Over the whole run, from 0. */
  readonly index: number;
  readonly fleet: string;
  readonly identity: string;
  readonly password: string;
  readonly idTag: string;
}

export function identitiesCommand(context: Context): Command {
  const command = new Command('identities')
    .description('Print identity, password and idTag of every charger of a scenario')
    .argument('<scenario>', 'a scenario file (.ts or .js)')
    .addOption(
      new Option('--format <name>', 'csv or json').choices(['csv', 'json']).default('csv'),
    );
  return addPlanOptions(command)
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string, flags: Flags & { format: 'csv' | 'json' }) => {
      context.consequence = 'nothing was listed.';
      const { format, ...planFlags } = flags;
      const plan = await planOf(scenarioPath, prepare(planFlags, context));
      const lines = format === 'json' ? jsonLines(plan) : csvLines(plan);
      await writeAll(context.io.stdout, lines);
    });
}

/** One at a time: a million chargers are never in memory together. */
export function* identityRows(plan: Plan): Generator<IdentityRow> {
  for (const fleet of plan.fleets) {
    for (let i = 0; i < fleet.chargerCount; i++) {
      yield {
        index: fleet.firstCharger + i,
        fleet: fleet.name,
        identity: columnText(fleet.identity, i),
        password: columnText(fleet.password, i),
        idTag: columnText(fleet.idTag, i),
      };
    }
  }
}

/** RFC 4180, with a header line that `csv()` of a scenario can read back. */
export function* csvLines(plan: Plan): Generator<string> {
  yield 'index,fleet,identity,password,idTag\n';
  for (const row of identityRows(plan)) {
    yield `${Object.values(row).map(csvCell).join(',')}\n`;
  }
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A JSON array, one charger a line. */
export function* jsonLines(plan: Plan): Generator<string> {
  let lead = '[\n';
  for (const row of identityRows(plan)) {
    yield `${lead}  ${JSON.stringify(row)}`;
    lead = ',\n';
  }
  yield '\n]\n';
}
