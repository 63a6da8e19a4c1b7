import { Command } from 'commander';
import type { ExitCode } from '../base/errors.ts';
import { formatDurationNs } from '../base/units.ts';
import { preflight } from '../doctor/preflight.ts';
import { warningText } from '../doctor/text.ts';
import type { RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunShare } from '../plan/split.ts';
import { headerText } from '../report/header.ts';
import { outcomeOf } from '../report/outcome.ts';
import { resultFooter, resultHeader } from '../report/result-file.ts';
import { isPart, plannedChargers } from '../report/share.ts';
import { buildSummary } from '../report/summary.ts';
import { summaryText } from '../report/text.ts';
import type { Stage } from '../series/interval.ts';
import type { RunView } from '../view/run-view.ts';
import { comparedInput, comparedRun } from './compared.ts';
import type { Context } from './context.ts';
import { checkOutputs } from './export.ts';
import { type Follower, together } from './follower.ts';
import { interrupts } from './interrupts.ts';
import { livePageOf } from './live.ts';
import { addRunOptions, EXIT_CODES, type Flags } from './options.ts';
import { outputFiles, tellUnwritten, writeOutputs } from './outputs.ts';
import { type Overrides, spreadWish } from './overrides.ts';
import { type ProgressDisplay, progressDisplay } from './progress.ts';
import { prometheusOutputs } from './prometheus.ts';
import { type Recordings, recordings } from './recordings.ts';
import { planFrom, prepare, scenarioOf } from './scenario.ts';
import { checkShared, shareOf } from './shard.ts';
import { packageVersion } from './version.ts';

const HELP = `
Examples:
  ocpp-load run scenarios/5-chargers.ts
  ocpp-load run scenarios/5000-chargers.ts --target wss://csms.example/ocpp/{id} --chargers 500
  ocpp-load run nightly.ts -e CSMS_URL=ws://localhost:9000/{id} --summary-export run.json
  ocpp-load run nightly.ts --seed 7319 | tee report.txt
  ocpp-load run nightly.ts --ledger ledger.csv
  ocpp-load run nightly.ts --junit run.xml --markdown run.md
  ocpp-load run nightly.ts --metrics --push-gateway http://gateway:9091
  ocpp-load run nightly.ts --out run.olr && ocpp-load report run.olr --from 2m --to 5m
  ocpp-load run nightly.ts --report run.html --compare yesterday.olr
  ocpp-load run nightly.ts --shard 1/3 --out 1.olr

A flag goes over its environment variable (env), and that over the scenario.
The report goes to stdout; progress, notes and errors go to stderr.
Ctrl-C ends the run early and still reports; a second Ctrl-C leaves at once (exit 130).
${EXIT_CODES}`;

export function runCommand(context: Context): Command {
  const command = new Command('run')
    .description('Run the chargers of a scenario against its target and report what they saw')
    .argument('<scenario>', 'a scenario file (.ts or .js); `ocpp-load new` writes one');
  return addRunOptions(command)
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string, flags: Flags) => {
      context.consequence = 'nothing was started.';
      const overrides = prepare(flags, context);
      const { ledger, out, csv, hlog, report: page, compare } = overrides;
      checkOutputs(
        {
          ...outputFiles(overrides),
          ...{ '--ledger': ledger, '--out': out, '--csv': csv, '--hlog': hlog, '--report': page },
        },
        { 'the scenario': scenarioPath, ...comparedInput(compare) },
      );
      const base = comparedRun(compare, { '--report': page });
      const share = shareOf(overrides, context.io.env);
      const loaded = await scenarioOf(scenarioPath, overrides);
      const plan = planFrom(loaded, overrides);
      if (isPart(share)) checkShared(plan, overrides.seed ?? loaded.scenario.seed);
      for (const finding of await preflight(plan, { ...spreadWish(overrides), share })) {
        context.io.stderr.write(warningText(finding, context.stderrLook));
      }
      await runAndReport(plan, { overrides, share, context, base });
    });
}

/** What could not be delivered is told after the report, which is worth more. */
async function runAndReport(
  plan: Plan,
  { overrides, share, context, base }: Asked & { readonly base: RunView | null },
): Promise<void> {
  const { io, stderrLook } = context;
  const display = progressDisplay(io, stderrLook, overrides.quiet ?? false);
  const records = recordings(overrides, display.say, base);
  const live = await livePageOf(overrides, display.say);
  const prometheus = await prometheusOutputs(overrides, display.say).catch((error) => {
    live.close?.();
    throw error;
  });
  const followers = together([records, live, prometheus]);
  try {
    const result = await execute(plan, { overrides, share, context, display, records, followers });
    context.exitCode = await report(result, { overrides, context, followers });
  } finally {
    followers.close();
  }
}

interface Asked {
  readonly overrides: Overrides;
  readonly share: RunShare | undefined;
  readonly context: Context;
}

interface Execution extends Asked {
  readonly display: ProgressDisplay;
  readonly records: Recordings;
  readonly followers: Required<Follower>;
}

async function execute(plan: Plan, execution: Execution): Promise<RunResult> {
  const { overrides, share, context, display, records, followers } = execution;
  const { io, stdoutLook } = context;
  let stage: Stage = 'starting';
  const longest = formatDurationNs(plan.stages.graceNs);
  const signals = interrupts(io, display, (signal) => {
    const ends =
      stage === 'drain' ? 'the drain ends now' : `chargers finish what they do, ${longest} at most`;
    const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'a second signal';
    return `stopping: ${ends}; ${again} leaves at once without a report`;
  });
  try {
    return await runPlan(plan, {
      ...{ ...spreadWish(overrides), share, judged: !isPart(share) },
      stop: signals.stop,
      kill: signals.kill,
      onStart(info) {
        followers.start(resultHeader(plan, info, packageVersion(), overrides.runId), plan);
        context.consequence = 'the run was cut short; there is no report.';
        io.stdout.write(`\n${headerText(plan, info, stdoutLook)}\n`);
        display.start({ fleetCount: plan.fleets.length, planned: plannedChargers(plan, share) });
      },
      onProgress(progress) {
        stage = progress.stage;
        display.progress(progress);
        followers.progress(progress);
      },
      onEvent(event) {
        display.event(event);
        followers.event(event);
      },
      onInterval(interval) {
        display.interval(interval);
        followers.interval(interval);
      },
      onLedger: records.rows,
      onControl: followers.control,
    });
  } catch (error) {
    followers.abandon();
    throw error;
  } finally {
    signals.end();
    display.end();
  }
}

/** Prints and delivers; returns the exit code. @throws UserError as `tellUnwritten` does. */
async function report(
  result: RunResult,
  { overrides, context, followers }: Pick<Execution, 'overrides' | 'context' | 'followers'>,
): Promise<ExitCode> {
  const { io, stdoutLook } = context;
  const { summaryExport: exported, ledger, out, report: page } = overrides;
  const summary = buildSummary(result);
  const outcome = outcomeOf(result, summary);
  context.consequence = 'the run itself is complete.';
  io.stdout.write(
    summaryText(result, summary, outcome, { look: stdoutLook, exported, ledger, out, page }),
  );
  const unwritten = writeOutputs(result, summary, outcome, { overrides, context });
  await followers.end(resultFooter(result, summary, outcome), result);
  tellUnwritten([...followers.errors(), ...unwritten], outcome.exitCode, context);
  return outcome.exitCode;
}
