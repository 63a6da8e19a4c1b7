import { Command } from 'commander';
import { ExitCode, UserError } from '../base/errors.ts';
import { formatDurationNs, parseDurationNs, writeDurationNs } from '../base/units.ts';
import { readCapacityResult } from '../capacity/result.ts';
import type { Assumed, Latency, Outage } from '../forecast/assumed.ts';
import { figuresOf } from '../forecast/figures.ts';
import { nodeOf, nodesFor } from '../forecast/nodes.ts';
import { secondsOf as lengthOf, playPlan } from '../forecast/run.ts';
import { isClosedLoop } from '../plan/closed-loop.ts';
import type { Plan } from '../plan/plan.ts';
import { type Forecast, forecastText } from '../report/forecast.ts';
import { forecastCsv, forecastJson } from '../report/forecast-files.ts';
import { show } from '../scenario/show.ts';
import type { Context } from './context.ts';
import { checkOutputs, writeExport } from './export.ts';
import { momentOf, secondsOf, shareOf } from './flag-values.ts';
import { forecastDisplay } from './forecast-progress.ts';
import { interrupts } from './interrupts.ts';
import { writeAll } from './io.ts';
import { addPlanOptions, type Flags } from './options.ts';
import type { Overrides } from './overrides.ts';
import { planFrom, prepare, scenarioOf } from './scenario.ts';

const HELP = `
Examples:
  ocpp-load forecast scenarios/a-day.ts --chargers 200000
  ocpp-load forecast scenarios/a-day.ts --chargers 1000000 --for 24h --outage 30m
  ocpp-load forecast nightly.ts --for 2h --latency exponential:80ms --csv load.csv --step 1s
  ocpp-load forecast nightly.ts --chargers 50000 --capacity capacity.json --headroom 40%

Nothing is connected: the chargers of a run live on a virtual clock, against a target that answers
everything after --latency. It begins at 00:00:00, which clock-aligned values see.
Scripts are played too, as far as they wait for charger.call() and charger.sleep() alone.
Ctrl-C prints what is known by then (exit 105); a second one leaves at once.

Exit codes:
  0    the forecast is printed
  104  something is wrong with the command, the scenario or a file
  105  interrupted: the forecast is of the time until then
  107  the scenario's own code threw
  108  a script ended the run by charger.abort()
`;

interface ForecastFlags extends Flags {
  readonly for?: string;
  readonly latency: string;
  readonly bootInterval?: string;
  readonly outage?: string;
  readonly outageAt?: string;
  readonly capacity?: string;
  readonly headroom: string;
  readonly step?: string;
  readonly json?: boolean;
}

export function forecastCommand(context: Context): Command {
  const command = new Command('forecast')
    .description('Play a scenario on a virtual clock and tell the load that it makes')
    .argument('<scenario>', 'a scenario file (.ts or .js)')
    .option('--for <time>', 'from the first connect on, such as 24h (default: its duration)');
  return addPlanOptions(command)
    .option('--latency <time>', 'of every answer: 20ms, or exponential:20ms for its mean', '20ms')
    .option('--boot-interval <time>', 'of Heartbeats, in BootNotification.conf (default: 60s)')
    .option('--outage <time>', 'how long the target is away, once')
    .option('--outage-at <time>', 'since the start (default: the middle)')
    .option('--capacity <file>', 'of `ocpp-load capacity`: tells how many nodes that takes')
    .option('--headroom <share>', 'of a node that stays unused', '30%')
    .option('--csv <file>', 'a row an interval')
    .option('--step <time>', 'the interval of --csv (default: 1s up to an hour, then 1m)')
    .option('--json', 'as JSON, with every figure')
    .option('--workers <n>', "threads, or 'auto': one a core")
    .option('--quiet', 'no progress, only the forecast')
    .option('--no-color', 'no colours; NO_COLOR says the same')
    .addHelpText('after', HELP)
    .action(async (scenarioPath: string, flags: ForecastFlags) => {
      context.consequence = 'nothing was played.';
      await forecast(scenarioPath, flags, context);
    });
}

async function forecast(
  scenarioPath: string,
  flags: ForecastFlags,
  context: Context,
): Promise<void> {
  const overrides = prepare(planFlagsOf(flags), context);
  const { csv } = overrides;
  const { capacity } = flags;
  const inputs = { 'the scenario': scenarioPath, ...(capacity && { 'the capacity': capacity }) };
  checkOutputs({ '--csv': csv }, inputs);
  const stepS = stepOf(flags, csv);
  const headroom = shareOf('--headroom', flags.headroom);
  const node = capacity === undefined ? null : nodeOf(readCapacityResult(capacity), capacity);
  const plan = await planOfLength(scenarioPath, overrides, flags.for);
  const assumed = assumedOf(flags, plan);
  const bins = await playAndShow(plan, assumed, { overrides, context });
  const figures = figuresOf(bins, plan, assumed.outage);
  const { chargerCount, name, fleets } = plan;
  const isClosed = fleets.some(({ program }) => isClosedLoop(program, assumed.latency.meanNs));
  const nodes = node && nodesFor(figures, { chargerCount, name, isClosed }, node, headroom);
  const whole: Forecast = { plan, assumed, bins, figures, nodes };
  context.consequence = 'the forecast itself is complete.';
  const text = flags.json ? forecastJson(whole) : forecastText(whole, context.stdoutLook);
  await writeAll(context.io.stdout, [text]);
  if (csv !== undefined) {
    const interval = stepS ?? (bins.seconds <= 3600 ? 1 : 60);
    writeExport(csv, [...forecastCsv(bins, interval)].join(''), '--csv');
  }
  if (!figures.isWhole) context.exitCode = ExitCode.interrupted;
}

/** Those that other commands have, too. */
function planFlagsOf(flags: ForecastFlags) {
  const { color, workers, quiet, csv, target, chargers, duration, seed, dialect, env } = flags;
  return defined({ target, chargers, duration, seed, dialect, env, color, workers, quiet, csv });
}

function stepOf({ step }: ForecastFlags, csv: string | undefined): number | undefined {
  if (step === undefined) return undefined;
  if (csv !== undefined) return wholeSecondsOf('--step', step);
  throw new UserError('--step is given without --csv', 'it is the length of its rows');
}

function assumedOf(flags: ForecastFlags, plan: Plan): Assumed {
  return {
    latency: checkLatency(latencyOf(flags.latency), plan),
    bootIntervalS: bootIntervalOf(flags.bootInterval, plan),
    outage: outageOf(flags.outage, flags.outageAt, plan),
  };
}

/** Without the keys that were not given. */
const defined = <T extends object>(flags: T): T =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as T;

const MOST_S = 7 * 86_400;

/** `--for` is the whole run: the steady stage is what ramp and warm-up leave of it. */
async function planOfLength(
  scenarioPath: string,
  overrides: Overrides,
  length: string | undefined,
): Promise<Plan> {
  const plan = await planOf(scenarioPath, overrides, length);
  if (lengthOf(plan) <= MOST_S) return plan;
  const { rampNs, warmupNs, steadyNs } = plan.stages;
  throw new UserError(
    `the scenario takes ${formatDurationNs(rampNs + warmupNs + steadyNs)}`,
    `a forecast is of at most ${formatDurationNs(MOST_S * 1e9)}: --for 24h`,
  );
}

async function planOf(
  scenarioPath: string,
  overrides: Overrides,
  length: string | undefined,
): Promise<Plan> {
  if (length === undefined) {
    return planFrom(await scenarioOf(scenarioPath, overrides), overrides);
  }
  if (overrides.duration !== undefined) {
    throw new UserError(
      '--for and --duration are both given',
      '--for is the whole time, ramp included; --duration is the steady stage alone',
    );
  }
  const wholeNs = secondsOf('--for', length) * 1e9;
  const loaded = await scenarioOf(scenarioPath, {
    ...overrides,
    duration: writeDurationNs(wholeNs) as NonNullable<Overrides['duration']>,
  });
  const first = planFrom(loaded, overrides);
  const beforeNs = first.stages.rampNs + first.stages.warmupNs;
  if (wholeNs <= beforeNs) {
    throw new UserError(
      `--for ${length} is over before the steady stage, which begins ` +
        `${formatDurationNs(beforeNs)} after the first connect`,
      'it takes a longer time, such as 24h',
    );
  }
  const duration = writeDurationNs(wholeNs - beforeNs) as NonNullable<Overrides['duration']>;
  const { scenario, file } = loaded;
  return planFrom(
    { scenario: { ...scenario, duration }, file },
    { ...overrides, seed: first.seed },
  );
}

function latencyOf(text: string): Latency {
  const [, exponential, time] = /^(exponential:)?(.+)$/.exec(text.trim()) ?? [];
  const meanNs = parseDurationNs(time);
  if (meanNs !== undefined && meanNs > 0) {
    return { kind: exponential ? 'exponential' : 'constant', meanNs };
  }
  throw new UserError(
    `--latency cannot be ${show(text)}`,
    'it takes a duration, such as 20ms, or exponential:20ms for random ones with this mean',
  );
}

function checkLatency(latency: Latency, { limits }: Plan): Latency {
  if (latency.meanNs < Math.min(limits.callTimeoutNs, limits.handshakeTimeoutNs)) return latency;
  throw new UserError(
    `--latency ${formatDurationNs(latency.meanNs)}: no charger waits so long for an answer`,
    `the scenario's callTimeout is ${formatDurationNs(limits.callTimeoutNs)}, ` +
      `its handshakeTimeout ${formatDurationNs(limits.handshakeTimeoutNs)}`,
  );
}

const USUAL_INTERVAL_S = 60;

function bootIntervalOf(text: string | undefined, { target }: Plan): number {
  if (text !== undefined) return wholeSecondsOf('--boot-interval', text);
  const ns = target.kind === 'embedded' ? parseDurationNs(target.embedded.interval) : undefined;
  return ns === undefined ? USUAL_INTERVAL_S : ns / 1e9;
}

function wholeSecondsOf(flag: string, text: string): number {
  const s = secondsOf(flag, text);
  if (Number.isInteger(s)) return s;
  throw new UserError(`${flag} cannot be ${show(text)}`, 'it takes whole seconds, such as 60s');
}

function outageOf(text: string | undefined, at: string | undefined, plan: Plan): Outage | null {
  if (text === undefined) {
    if (at === undefined) return null;
    throw new UserError('--outage-at is given without --outage', 'how long is it? --outage 30m');
  }
  const lengthS = wholeSecondsOf('--outage', text);
  const wholeS = lengthOf(plan);
  const fromS = at === undefined ? Math.floor((wholeS - lengthS) / 2) : momentOf('--outage-at', at);
  if (fromS >= 0 && fromS + lengthS < wholeS) {
    return { fromNs: fromS * 1e9, toNs: (fromS + lengthS) * 1e9 };
  }
  const where = at === undefined ? '' : ` at ${at}`;
  throw new UserError(
    `--outage ${text}${where} does not end within the ${formatDurationNs(wholeS * 1e9)}`,
    'a shorter one, an earlier one, or a longer --for shows the return from it',
  );
}

const STOPPING = 'stopping: the forecast is of what was played by now';

async function playAndShow(
  plan: Plan,
  assumed: Assumed,
  { overrides, context }: { overrides: Overrides; context: Context },
) {
  const { io } = context;
  const startMs = performance.now();
  const elapsedS = () => (performance.now() - startMs) / 1e3;
  const display = forecastDisplay(io, overrides.quiet ?? false, elapsedS);
  const signals = interrupts(io, display, () => STOPPING);
  try {
    const { workers = 'auto' } = overrides;
    const { progress: onProgress } = display;
    const bins = await playPlan(plan, { assumed, workers, stop: signals.stop, onProgress });
    if (bins.seconds > 0) return bins;
    throw new UserError(
      'the forecast was interrupted before anything was known',
      'it takes its first minute to have something to tell',
      ExitCode.interrupted,
    );
  } finally {
    signals.end();
    display.end();
  }
}
