import { Command } from 'commander';
import { ExitCode, UserError } from '../base/errors.ts';
import { formatDurationNs } from '../base/units.ts';
import { preflight } from '../doctor/preflight.ts';
import { warningText } from '../doctor/text.ts';
import type { RunOptions, StartInfo } from '../fleet/options.ts';
import type { RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import type { Plan } from '../plan/plan.ts';
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
import { checkFew } from './few.ts';
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
  ocpp-load run nightly.ts --nats nats://a:4222 --agents 4 --sign-key load.nk --out run.olr

A flag goes over its environment variable (env), and that over the scenario.
The report goes to stdout; progress, notes and errors go to stderr.
Ctrl-C ends the run early and still reports; a second Ctrl-C leaves at once (exit 130).
${EXIT_CODES}`;

export function runCommand(context: Context): Command {
  const command = new Command('run')
    .description('Run the chargers of a scenario against its target and report what they saw')
    .argument('[scenario]', 'a scenario file (.ts or .js); `ocpp-load new` writes one');
  return addRunOptions(command)
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string | undefined, flags: Flags) => {
      context.consequence = 'nothing was started.';
      const overrides = prepare(flags, context);
      if (scenarioPath === undefined && overrides.resume === undefined) {
        const missing = "error: missing required argument 'scenario'";
        command.error(missing, { code: 'commander.missingArgument' });
      }
      const { ledger, out, csv, hlog, report: page, compare } = overrides;
      checkOutputs(
        {
          ...outputFiles(overrides),
          ...{ '--ledger': ledger, '--out': out, '--csv': csv, '--hlog': hlog, '--report': page },
        },
        { ...(scenarioPath && { 'the scenario': scenarioPath }), ...comparedInput(compare) },
      );
      const base = comparedRun(compare, { '--report': page });
      checkFew(overrides);
      const asked = { overrides, context, base };
      if (overrides.nats === undefined) await runHere(scenarioPath as string, asked);
      else await runThere(scenarioPath, asked, Object.keys(flags.env ?? {}));
    });
}

interface Asked {
  readonly overrides: Overrides;
  readonly context: Context;
  /** The run that --report compares with. */
  readonly base: RunView | null;
}

/** On this machine. */
async function runHere(scenarioPath: string, asked: Asked): Promise<void> {
  const { overrides, context } = asked;
  const share = shareOf(overrides, context.io.env);
  const loaded = await scenarioOf(scenarioPath, overrides);
  const plan = planFrom(loaded, overrides);
  if (isPart(share)) checkShared(plan, overrides.seed ?? loaded.scenario.seed);
  for (const finding of await preflight(plan, { ...spreadWish(overrides), share })) {
    context.io.stderr.write(warningText(finding, context.stderrLook));
  }
  await runAndReport(plan, {
    ...asked,
    planned: plannedChargers(plan, share),
    runId: overrides.runId,
    run: (callbacks) =>
      runPlan(plan, { ...spreadWish(overrides), share, judged: !isPart(share), ...callbacks }),
  });
}

/** By agents on others. @param given names of variables that `-e` has set. */
async function runThere(
  scenarioPath: string | undefined,
  asked: Asked,
  given: readonly string[],
): Promise<void> {
  // Who runs on one machine should not wait for the client of NATS to load.
  const { manyRun } = await import('./many.ts');
  const many = await manyRun(scenarioPath, asked.overrides, { given, context: asked.context });
  const { plan, runId } = many;
  let keep = false;
  try {
    await runAndReport(plan, {
      ...{ ...asked, planned: plan.chargerCount, runId },
      async run(callbacks) {
        const onStart = (info: StartInfo) => {
          keep = true;
          callbacks.onStart(info);
          asked.context.consequence = `--resume ${runId} goes on with the run.`;
        };
        const result = await many.run({ ...callbacks, onStart });
        keep = false;
        return result;
      },
      speaksLast: true,
      errors: many.errors,
    });
  } catch (error) {
    if (error instanceof UserError && error.exitCode === ExitCode.leftAtOnce) keep = false;
    throw error;
  } finally {
    await many.close(keep);
  }
}

/** What could not be delivered is told after the report, which is worth more. */
async function runAndReport(plan: Plan, way: Way): Promise<void> {
  const { overrides, context, base } = way;
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
    const result = await execute(plan, { ...way, display, records, followers });
    context.exitCode = await report(result, { ...way, followers });
  } finally {
    followers.close();
  }
}

/** What there is to hear of a run, wherever it runs. */
type Callbacks = Omit<RunOptions, 'workers'> & { say(text: string): void };

interface Way extends Asked {
  readonly planned: number;
  readonly runId: string | undefined;
  run(callbacks: Callbacks): Promise<RunResult>;
  /** Others must hear of it when it is ended at once. */
  readonly speaksLast?: boolean;
  /** What could not be delivered, beside what followers could not. */
  errors?(): UserError[];
}

interface Execution extends Way {
  readonly display: ProgressDisplay;
  readonly records: Recordings;
  readonly followers: Required<Follower>;
}

async function execute(plan: Plan, execution: Execution): Promise<RunResult> {
  const { context, planned, runId, display, records, followers } = execution;
  const { io, stdoutLook } = context;
  let stage: Stage = 'starting';
  let over: Promise<unknown> = Promise.resolve();
  const longest = formatDurationNs(plan.stages.graceNs);
  const says = (signal: NodeJS.Signals) => {
    const ends =
      stage === 'drain' ? 'the drain ends now' : `chargers finish what they do, ${longest} at most`;
    const again = signal === 'SIGINT' ? 'Ctrl-C again' : 'a second signal';
    return `stopping: ${ends}; ${again} leaves at once without a report`;
  };
  const signals = interrupts(io, display, says, execution.speaksLast ? () => over : undefined);
  try {
    const running = execution.run({
      stop: signals.stop,
      kill: signals.kill,
      say: display.say,
      onStart(info) {
        const header = resultHeader(plan, info, packageVersion(), runId);
        followers.start(header, plan, info.agents);
        context.consequence = 'the run was cut short; there is no report.';
        io.stdout.write(`\n${headerText(plan, info, stdoutLook)}\n`);
        display.start({ fleetCount: plan.fleets.length, planned });
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
    over = running.catch(() => undefined);
    return await running;
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
  { overrides, context, followers, errors }: Way & Pick<Execution, 'followers'>,
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
  tellUnwritten(
    [...followers.errors(), ...unwritten, ...(errors?.() ?? [])],
    outcome.exitCode,
    context,
  );
  return outcome.exitCode;
}
