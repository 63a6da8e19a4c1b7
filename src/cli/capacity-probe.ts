/** Holds loads for a capacity search, each in a run of its own. */

import { ExitCode, UserError } from '../base/errors.ts';
import type { Prober, Seen } from '../capacity/drive.ts';
import type { RunOptions } from '../fleet/options.ts';
import type { Progress, RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import { outcomeOf } from '../report/outcome.ts';
import { seenOf } from '../report/seen.ts';
import { buildSummary, type Summary } from '../report/summary.ts';
import { runCounter } from '../snapshot/snapshot.ts';
import type { Planned } from './capacity-plan.ts';
import type { ProgressDisplay } from './progress.ts';

export interface ProbeOptions {
  readonly planned: Planned;
  readonly workers: number | 'auto';
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  readonly display: ProgressDisplay;
  /** Default: on this machine. */
  readonly run?: typeof runPlan;
}

/** What a load is held for when it is held again: chance has less room in it. */
export const CONFIRMATION_FACTOR = 2;

export interface EndingProber extends Prober {
  /** Ends what is under way; the search is over. */
  end(): Promise<void>;
}

export function wholeRuns(options: ProbeOptions): EndingProber {
  const { planned, display, stop, kill, workers, run = runPlan } = options;
  return {
    async end() {},
    async measure(load, purpose) {
      if (stop.aborted) return null;
      const { holdS } = planned.question;
      const factor = purpose === 'confirmation' ? CONFIRMATION_FACTOR : 1;
      const plan = planned.planAt(load, factor * holdS);
      let connected = 0;
      const hooks: Omit<RunOptions, 'workers' | 'stop' | 'kill'> = {
        onStart: () =>
          display.start({ fleetCount: plan.fleets.length, planned: plan.chargerCount }),
        onProgress(progress) {
          if (isHeld(progress)) connected = progress.connected;
          display.progress(progress);
        },
        onEvent: display.event,
        onInterval: display.interval,
      };
      const result = await run(plan, { workers, stop, kill, ...hooks });
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
    ...{ snapshot, thresholds, verdict, connected, heldS: steadyS },
    chargers: plan.chargerCount,
    allowedMissing: plan.allowedBootFailures,
    booted: summary.chargers.booted,
    cars: { missed, came: missed + runCounter(snapshot, 'carsArrived') },
    gaveUp: ending === 'gaveUp',
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
