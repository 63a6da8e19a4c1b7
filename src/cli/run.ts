import { Command } from 'commander';
import { ExitCode } from '../base/errors.ts';
import { formatDurationNs } from '../base/units.ts';
import { preflight } from '../doctor/preflight.ts';
import { warningText } from '../doctor/text.ts';
import type { RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import type { Plan } from '../plan/plan.ts';
import { headerText } from '../report/header.ts';
import { outcomeOf } from '../report/outcome.ts';
import { resultFooter, resultHeader } from '../report/result-file.ts';
import { buildSummary } from '../report/summary.ts';
import { summaryText } from '../report/text.ts';
import type { Stage } from '../series/interval.ts';
import type { Context } from './context.ts';
import { checkOutputs } from './export.ts';
import { addRunOptions, EXIT_CODES, type Flags } from './options.ts';
import { outputFiles, tellUnwritten, writeOutputs } from './outputs.ts';
import type { Overrides } from './overrides.ts';
import { type ProgressDisplay, progressDisplay } from './progress.ts';
import { type Recordings, recordings } from './recordings.ts';
import { planOf, prepare } from './scenario.ts';
import { packageVersion } from './version.ts';

const HELP = `
Examples:
  ocpp-load run scenarios/5-chargers.ts
  ocpp-load run scenarios/5000-chargers.ts --target wss://csms.example/ocpp/{id} --chargers 500
  ocpp-load run nightly.ts -e CSMS_URL=ws://localhost:9000/{id} --summary-export run.json
  ocpp-load run nightly.ts --seed 7319 | tee report.txt
  ocpp-load run nightly.ts --ledger ledger.csv
  ocpp-load run nightly.ts --junit run.xml --markdown run.md
  ocpp-load run nightly.ts --out run.olr && ocpp-load report run.olr --from 2m --to 5m

A flag goes over its environment variable (env), and that over the scenario.
The report goes to stdout; progress, notes and errors go to stderr.
Ctrl-C ends the run early and still reports; a second Ctrl-C leaves at once (exit 130).
${EXIT_CODES}`;

export function runCommand(context: Context): Command {
  const command = new Command('run')
    .summary('run a scenario and report')
    .description('Run the chargers of a scenario against its target and report what they saw')
    .argument('<scenario>', 'a scenario file (.ts or .js); `ocpp-load new` writes one');
  return addRunOptions(command)
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string, flags: Flags) => {
      context.consequence = 'nothing was started.';
      const overrides = prepare(flags, context);
      const { ledger, out, csv, hlog } = overrides;
      checkOutputs(
        {
          ...outputFiles(overrides),
          ...{ '--ledger': ledger, '--out': out, '--csv': csv, '--hlog': hlog },
        },
        { 'the scenario': scenarioPath },
      );
      const plan = await planOf(scenarioPath, overrides);
      for (const finding of await preflight(plan, overrides.workers ?? 'auto')) {
        context.io.stderr.write(warningText(finding, context.stderrLook));
      }
      await runAndReport(plan, overrides, context);
    });
}

/** A file that could not be written is told after the report, which is worth more. */
async function runAndReport(plan: Plan, overrides: Overrides, context: Context): Promise<void> {
  const { io, stderrLook } = context;
  const display = progressDisplay(io.stderr, stderrLook, overrides.quiet ?? false);
  const records = recordings(overrides, display.say);
  const result = await execute(plan, { overrides, context, display, records });
  context.exitCode = report(result, { overrides, context, records });
}

interface Execution {
  readonly overrides: Overrides;
  readonly context: Context;
  readonly display: ProgressDisplay;
  readonly records: Recordings;
}

async function execute(plan: Plan, execution: Execution): Promise<RunResult> {
  const { overrides, context, display, records } = execution;
  const { io, stdoutLook } = context;
  const stop = new AbortController();
  const kill = new AbortController();
  let stage: Stage = 'starting';
  const longest = formatDurationNs(plan.stages.graceNs);
  const ignoreSignals = io.onSignal((signal) => {
    const ends =
      stage === 'drain' ? 'the drain ends now' : `chargers finish what they do, ${longest} at most`;
    interrupt({ stop, kill }, display, { signal, ends }, context);
  });
  try {
    return await runPlan(plan, {
      workers: overrides.workers ?? 'auto',
      stop: stop.signal,
      kill: kill.signal,
      onStart(info) {
        records.start(resultHeader(plan, info, packageVersion()));
        context.consequence = 'the run was cut short; there is no report.';
        io.stdout.write(`\n${headerText(plan, info, stdoutLook)}\n`);
      },
      onProgress(progress) {
        stage = progress.stage;
        display.progress(progress);
      },
      onEvent: display.event,
      onLedger: records.rows,
      onInterval: records.add,
    });
  } catch (error) {
    records.abandon();
    throw error;
  } finally {
    ignoreSignals();
    display.end();
  }
}

function interrupt(
  { stop, kill }: { stop: AbortController; kill: AbortController },
  display: ProgressDisplay,
  { signal, ends }: { signal: NodeJS.Signals; ends: string },
  { io }: Context,
): void {
  if (stop.signal.aborted) {
    kill.abort();
    display.end();
    io.exit(ExitCode.leftAtOnce);
    return;
  }
  const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'a second signal';
  display.say(`stopping: ${ends}; ${again} leaves at once without a report`);
  stop.abort();
}

/** Prints and exports; returns the exit code. @throws UserError as `tellUnwritten` does. */
function report(
  result: RunResult,
  { overrides, context, records }: Pick<Execution, 'overrides' | 'context' | 'records'>,
): number {
  const { io, stdoutLook } = context;
  const { summaryExport: exported, ledger, out } = overrides;
  const summary = buildSummary(result);
  const outcome = outcomeOf(result, summary);
  context.consequence = 'the run itself is complete.';
  io.stdout.write(
    summaryText(result, summary, outcome, { look: stdoutLook, exported, ledger, out }),
  );
  records.end(resultFooter(result, summary, outcome));
  const unwritten = writeOutputs(result, summary, outcome, { overrides, context });
  tellUnwritten([...records.errors(), ...unwritten], outcome.exitCode, context);
  return outcome.exitCode;
}
