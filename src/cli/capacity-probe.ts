/** Holds loads for a capacity search, each in a run of its own. */

import { ExitCode, UserError } from '../base/errors.ts';
import type { Prober, Purpose, Seen } from '../capacity/drive.ts';
import { stepsFor } from '../capacity/search.ts';
import type { RunOptions } from '../fleet/options.ts';
import type { Progress, RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import type { SpreadWish } from '../fleet/spread.ts';
import { outcomeOf } from '../report/outcome.ts';
import { seenOf } from '../report/seen.ts';
import { buildSummary, type Summary } from '../report/summary.ts';
import { runCounter } from '../snapshot/snapshot.ts';
import { LEAST_HOLD_S, type Planned } from './capacity-plan.ts';
import type { ProgressDisplay } from './progress.ts';

export interface ProbeOptions {
  readonly planned: Planned;
  readonly spread: SpreadWish;
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  readonly display: ProgressDisplay;
  /** Default: on this machine. */
  readonly run?: typeof runPlan;
}

/** Of `--hold`: on the way to the limit less will do. */
const APPROACH_SHARE = 0.5;
/** Chance has less room in the answer: it is held twice as long, or for this much longer. */
const MOST_LONGER_S = 30;

/**
 * Seconds, whole ones; never less than the longest window of an SLO, nor, where `--hold` is as
 * long, than what the chargers send takes to come once.
 */
export function heldFor(purpose: Purpose, planned: Planned): number {
  const { question, longestWindowS, longestPeriodS } = planned;
  const { holdS } = question;
  const periodS = longestPeriodS <= holdS ? Math.ceil(longestPeriodS) : 0;
  if (purpose === 'confirmation') return holdS + Math.min(holdS, MOST_LONGER_S);
  if (purpose !== 'approach') return holdS;
  const least = Math.max(LEAST_HOLD_S, Math.ceil(longestWindowS), periodS);
  return Math.max(Math.ceil(holdS * APPROACH_SHARE), least);
}

/**
 * About what a search takes at most, seconds: all doublings, a fleet anew for each halving, both
 * ends of the bracket again. Warm-ups that go on longer, and retries, come on top.
 */
export function searchSeconds(planned: Planned): number {
  const { warmupS, search } = planned.question;
  const { from, to, precision } = search;
  const { doublings, halvings } = stepsFor(from, to, precision);
  const probeS = (purpose: Purpose) => warmupS + heldFor(purpose, planned);
  const { fleets, stages } = planned.planAt(to, heldFor('probe', planned));
  const graceS = stages.graceNs / 1e9;
  const connectS = Math.max(...fleets.map(({ connect }) => connect.endNs)) / 1e9;
  return (
    (1 + doublings) * probeS('approach') +
    halvings * (probeS('probe') + connectS / 2 + graceS / 2) +
    2 * probeS('confirmation') +
    connectS
  );
}

export interface EndingProber extends Prober {
  /** Ends what is under way; the search is over. */
  end(): Promise<void>;
}

export function wholeRuns(options: ProbeOptions): EndingProber {
  const { planned, display, stop, kill, spread, run = runPlan } = options;
  return {
    async end() {},
    async measure(load, purpose) {
      if (stop.aborted) return null;
      const plan = planned.planAt(load, heldFor(purpose, planned));
      let connected = 0;
      const hooks: Omit<RunOptions, 'workers' | 'processes' | 'stop' | 'kill'> = {
        onStart: () =>
          display.start({ fleetCount: plan.fleets.length, planned: plan.chargerCount }),
        onProgress(progress) {
          if (isHeld(progress)) connected = progress.connected;
          display.progress(progress);
        },
        onEvent: display.event,
        onInterval: display.interval,
      };
      const result = await run(plan, { ...spread, stop, kill, ...hooks });
      display.end();
      return result.ending === 'interrupted' ? null : seenIn(result, connected);
    },
  };
}

const isHeld = ({ stage }: Progress) => stage === 'steady';

function seenIn(result: RunResult, connected: number): Seen {
  const { plan, snapshot, steadyS, thresholds, verdict, ending } = result;
  const summary = buildSummary(result);
  refuseBroken(result, summary);
  const missed = runCounter(snapshot, 'carsMissed');
  return seenOf({
    ...{ plan, snapshot, total: snapshot, thresholds, verdict, connected, heldS: steadyS },
    chargers: plan.chargerCount,
    allowedMissing: plan.allowedBootFailures,
    booted: summary.chargers.booted,
    cars: { missed, came: missed + runCounter(snapshot, 'carsArrived') },
    ...{ gaveUp: ending === 'gaveUp', isCalmingDown: false },
  });
}

const BROKEN: readonly ExitCode[] = [
  ExitCode.internal,
  ExitCode.scenarioException,
  ExitCode.aborted,
];

/** @throws UserError for what makes every other probe useless too. */
export function refuseBroken(result: RunResult, summary: Summary = buildSummary(result)): void {
  const { exits } = outcomeOf(result, summary);
  const broken = exits.find(({ exitCode }) => BROKEN.includes(exitCode));
  if (broken !== undefined) throw new UserError(broken.text, '', broken.exitCode);
}
