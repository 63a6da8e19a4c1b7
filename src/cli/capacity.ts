import fs from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { UserError } from '../base/errors.ts';
import { drive, withUsl } from '../capacity/drive.ts';
import {
  type CapacityResult,
  capacityJson,
  readCapacityResult,
  VARIED,
  type Varied,
} from '../capacity/result.ts';
import { DIALECTS } from '../chargers/model.ts';
import { preflight } from '../doctor/preflight.ts';
import { warningText } from '../doctor/text.ts';
import type { Plan } from '../plan/plan.ts';
import { capacityExit, capacityHeader, capacityText, probeLine } from '../report/capacity.ts';
import { oneFleet, whyNotOneFleet } from './capacity-fleet.ts';
import { shortHoldNote, toldOfLongRun } from './capacity-long-run.ts';
import {
  type CapacityFlags,
  checkSameQuestion,
  DEFAULT_HOLD_S,
  DEFAULT_WARMUP_S,
  LEAST_HOLD_S,
  type Planned,
  planCapacity,
} from './capacity-plan.ts';
import { heldFor, searchSeconds, wholeRuns } from './capacity-probe.ts';
import type { Context } from './context.ts';
import { noteText } from './errors.ts';
import { checkOutputs, writeExport } from './export.ts';
import { collect, countOf, secondsOf, shareOf } from './flag-values.ts';
import { interrupts } from './interrupts.ts';
import { writeAll } from './io.ts';
import { collectEnv, type Flags } from './options.ts';
import { type Overrides, spreadWish } from './overrides.ts';
import { progressDisplay } from './progress.ts';
import { prepare, scenarioOf } from './scenario.ts';

const HELP = `
Examples:
  ocpp-load capacity nightly.ts --slo 'ocpp_call_duration{action:Authorize}: p(99)<500' \\
    --slo 'ocpp_call_failed: rate<0.001'
  ocpp-load capacity nightly.ts --from 500 --to 16000 --hold 60s --out capacity.json
  ocpp-load capacity nightly.ts --vary rate
  ocpp-load capacity nightly.ts --resume capacity.json

An SLO is a threshold: a metric and what must hold of it; without --slo those of the scenario count.
The load is doubled until an SLO fails, then halved in between. Each load is connected, left alone
for --warmup and then held for --hold, which alone is looked at; the answer is held twice as long.
The SLOs must hold, all chargers must boot and stay, and the run must be VALID for a load to count.
With chargers, cars come in proportion; with rate, the fleet stays as it is. See docs/capacity.md.

Exit codes:
  0    found: the highest load that holds
  104  something is wrong with the command, the scenario or the target's address
  105  interrupted: what is known is printed, and --out has it to go on from
  107  the scenario's own code threw
  108  the scenario ended a run by charger.abort()
  109  a fault of ocpp-load
  122  machine or target cannot carry the highest load: nothing was started
  124  no answer: not even the lowest load holds, all of them do, the generator gave out first,
       loads fail and hold in turn, or the target did not come back after a collapse
  130  left at once by a second Ctrl-C
`;

interface Given extends Flags {
  readonly slo?: readonly string[];
  readonly vary?: CapacityFlags['vary'];
  readonly from?: string;
  readonly to?: string;
  readonly hold?: string;
  readonly warmup?: string;
  readonly precision?: string;
  readonly recovery: string;
  readonly resume?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function capacityCommand(context: Context): Command {
  const command = new Command('capacity')
    .description('Find the highest load at which a target holds its service level objectives')
    .argument('<scenario>', 'a scenario file (.ts or .js); `ocpp-load new` writes one')
    .option('--slo <threshold>', 'what must hold; may be repeated', collect)
    .addOption(new Option('--vary <what>', 'chargers, or the rate of cars').choices([...VARIED]))
    .option('--from <load>', 'the lowest load, chargers or cars/h (default: an eighth)')
    .option('--to <load>', 'the highest (default: four times what the scenario has)')
    .option('--hold <time>', `how long a load is held (default: ${DEFAULT_HOLD_S}s)`)
    .option('--warmup <time>', `before that (default: the scenario's, or ${DEFAULT_WARMUP_S}s)`)
    .option('--precision <share>', 'how near the answer is to the limit (default: 5%)')
    .option('--recovery <time>', 'how long a target that collapsed is waited for', '2m')
    .option('--out <file>', 'the search as JSON, written after every probe')
    .option('--resume <file>', 'goes on with an interrupted search, and writes there')
    .option('--force', 'replaces the file of --out')
    .option('--json', 'prints JSON instead of the report');
  return addPlanFlags(command)
    .addHelpText('after', HELP)
    .action((scenarioPath: string, flags: Given) => capacity(scenarioPath, flags, context));
}

function addPlanFlags(command: Command): Command {
  return command
    .option('--target <url>', "'embedded', or ws:// or wss://host/path/{id}, or several of them")
    .option('--source-addresses <list>', 'addresses to connect from, such as 10.0.0.5,10.0.0.10-20')
    .option('--chargers <n>', 'the size of the scenario, from which the range follows')
    .option('--seed <n>', 'repeats a search, 0 to 4294967295')
    .option('--dialect <name>', DIALECTS.join(' or '))
    .option(
      '-e, --env <KEY=VALUE>',
      'sets a variable for the scenario; may be repeated',
      collectEnv,
    )
    .option('--workers <n>', "threads, or 'auto': as many as serve")
    .option('--processes <n>', "processes, or 'auto': as it takes")
    .option('--quiet', 'no progress, only the report')
    .option('--no-color', 'no colours; NO_COLOR says the same');
}

async function capacity(scenarioPath: string, flags: Given, context: Context): Promise<void> {
  context.consequence = 'nothing was started.';
  const overrides = prepare(planFlagsOf(flags), context);
  const asked = flagsOf(flags);
  const recoveryS = secondsOf('--recovery', flags.recovery);
  const out = flags.out ?? flags.resume;
  const resumed = flags.resume === undefined ? null : readCapacityResult(flags.resume);
  checkOutputs({ '--out': out }, { 'the scenario': scenarioPath });
  checkUnused(flags);
  const loaded = await scenarioOf(scenarioPath, { ...overrides, duration: undefined });
  const planned = planCapacity(loaded, asked, overrides, resumed);
  const { question } = planned;
  if (resumed !== null) checkSameQuestion(flags.resume ?? '', resumed.question, question);
  const { io, stdoutLook, stderrLook } = context;
  const highest = planned.planAt(question.search.to, question.holdS);
  for (const finding of await preflightOf(highest, overrides, question.vary)) {
    io.stderr.write(warningText(finding, stderrLook));
  }
  const waves = shortHoldNote(highest, question.holdS);
  if (waves !== null) io.stderr.write(noteText(waves, stderrLook));
  const alone = whyNotOneFleet(highest, question.vary);
  if (!flags.json) {
    const { description } = highest;
    const [approachS, answerS] = [heldFor('approach', planned), heldFor('confirmation', planned)];
    const asked = { description, alone, approachS, answerS, takesS: searchSeconds(planned) };
    io.stdout.write(capacityHeader(question, asked, stdoutLook));
  }
  context.consequence = 'the search was cut short; there is no report.';
  const found = await search(planned, { overrides, context, resumed, recoveryS, out, alone });
  context.consequence = 'the search itself is complete.';
  context.exitCode = capacityExit(found);
  const text = flags.json ? capacityJson(found) : capacityText(found, stdoutLook);
  await writeAll(io.stdout, [text]);
}

/** @throws UserError when `--out` would replace another search. */
function checkUnused({ out, resume, force = false }: Given): void {
  if (out === undefined || force) return;
  const isResumed = resume !== undefined && path.resolve(out) === path.resolve(resume);
  if (isResumed || !fs.statSync(out, { throwIfNoEntry: false })?.isFile()) return;
  const fix = `name another file, go on with its search by --resume ${out}, or add --force`;
  throw new UserError(`--out ${out} is there already`, fix);
}

function planFlagsOf(flags: Given): Flags {
  const { target, sourceAddresses, chargers, seed, dialect, env } = flags;
  const { workers, processes, quiet, color } = flags;
  return {
    ...{ target, sourceAddresses, chargers, seed, dialect, env },
    ...{ workers, processes, quiet, color },
  };
}

/** What the machine is asked for is the top of the range, so that is what has to be lower. */
async function preflightOf(highest: Plan, overrides: Overrides, vary: Varied) {
  try {
    return await preflight(highest, spreadWish(overrides));
  } catch (error) {
    if (!(error instanceof UserError) || vary !== 'chargers') throw error;
    const hint = error.hint.replaceAll('--chargers', '--to');
    throw new UserError(`--to ${highest.chargerCount}: ${error.message}`, hint, error.exitCode);
  }
}

interface Searching {
  readonly overrides: Overrides;
  readonly context: Context;
  readonly resumed: CapacityResult | null;
  readonly recoveryS: number;
  readonly out: string | undefined;
  /** Why each probe is a run of its own; null: one fleet grows. */
  readonly alone: string | null;
}

async function search(planned: Planned, searching: Searching): Promise<CapacityResult> {
  const { overrides, context, resumed, recoveryS, out } = searching;
  const { question } = planned;
  const display = progressDisplay(context.io, context.stderrLook, overrides.quiet ?? false);
  const signals = interrupts(
    context.io,
    display,
    () => 'stopping: this probe is left out; a second signal leaves at once',
  );
  const say = (text: string) => {
    if (!overrides.quiet) display.say(text);
  };
  const save = (result: CapacityResult) => {
    if (out !== undefined) writeExport(out, capacityJson(result), '--out');
  };
  const spread = spreadWish(overrides);
  const options = { planned, spread, display, stop: signals.stop, kill: signals.kill };
  const prober = searching.alone === null ? oneFleet(options) : wholeRuns(options);
  try {
    const known = await drive({
      question,
      known: resumed ?? { probes: [], notes: [] },
      prober,
      nowS: () => performance.now() / 1000,
      recoveryS,
      onProbe(probe, soFar) {
        say(probeLine(probe, question));
        save(soFar);
      },
      onNote: say,
    });
    await prober.end();
    const found = toldOfLongRun(withUsl(known), planned.planAt);
    save(found);
    return found;
  } finally {
    signals.end();
    display.end();
  }
}

function flagsOf(flags: Given): CapacityFlags {
  const { slo, vary, from, to, hold, warmup, precision } = flags;
  const given = <T>(text: string | undefined, read: (text: string) => T) =>
    text === undefined ? undefined : read(text);
  return {
    ...{ slo, vary },
    from: given(from, (text) => countOf('--from', text, 1, MOST_LOAD)),
    to: given(to, (text) => countOf('--to', text, 1, MOST_LOAD)),
    holdS: given(hold, holdOf),
    warmupS: given(warmup, (text) => secondsOf('--warmup', text)),
    precision: given(precision, (text) => shareOf('--precision', text, 0.01)),
  };
}

const MOST_LOAD = 1_000_000_000;
function holdOf(text: string): number {
  const holdS = secondsOf('--hold', text);
  if (holdS >= LEAST_HOLD_S && Number.isInteger(holdS)) return holdS;
  throw new UserError(
    `--hold cannot be '${text}'`,
    `it takes whole seconds, ${LEAST_HOLD_S}s at least: less says nothing of a load`,
  );
}
