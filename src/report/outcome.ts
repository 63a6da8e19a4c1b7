import { ExitCode } from '../base/errors.ts';
import type { RunResult } from '../fleet/result.ts';
import { cleanText, hideCredentials } from './clean.ts';
import { formatClock, formatCount } from './numbers.ts';
import type { Summary } from './summary.ts';
import { failedThresholds } from './thresholds.ts';

export interface Outcome {
  readonly verdict: 'PASSED' | 'FAILED' | 'INTERRUPTED';
  readonly exitCode: ExitCode;
  /** Sentences, the one that decides the exit code first; for a passed run what was reached. */
  readonly causes: readonly string[];
}

/** The worst cause decides: an internal fault makes every other figure doubtful. */
export function outcomeOf(result: RunResult, summary: Summary): Outcome {
  const causes: { exitCode: ExitCode; text: string }[] = [];
  const add = (exitCode: ExitCode, text: string) => causes.push({ exitCode, text });
  const message = result.error ? cleanText(hideCredentials(result.error.message)) : 'unknown error';

  if (result.ending === 'shardError') add(ExitCode.internal, `a worker failed: ${message}`);
  if (!summary.sums.agree) {
    add(
      ExitCode.internal,
      `the sums do not agree, a fault of ocpp-load: ${summary.sums.broken[0]}`,
    );
  }
  if (result.ending === 'scriptError') {
    add(ExitCode.scenarioException, `the scenario threw: ${message}`);
  }
  if (result.ending === 'aborted') add(ExitCode.aborted, `the scenario aborted it: ${message}`);
  if (result.ending === 'interrupted') {
    add(ExitCode.interrupted, `stopped by a signal after ${formatClock(summary.run.durationS)}`);
  }
  if (result.ending === 'gaveUp') add(ExitCode.thresholds, 'no charger could connect');
  const failed = failedThresholds(summary.thresholds);
  if (failed) add(ExitCode.thresholds, failed);
  const missing = missingBoots(result, summary);
  // A run cut short has not had the time to boot them all: that says nothing about the target.
  if (missing && result.ending === 'completed') add(ExitCode.thresholds, missing);

  if (causes.length === 0) {
    return { verdict: 'PASSED', exitCode: ExitCode.ok, causes: [bootedText(summary)] };
  }
  const { exitCode } = causes[0];
  return {
    verdict: exitCode === ExitCode.interrupted ? 'INTERRUPTED' : 'FAILED',
    exitCode,
    causes: causes.map(({ text }) => text),
  };
}

function missingBoots(result: RunResult, summary: Summary): string {
  const allowed = result.plan.allowedBootFailures;
  const { planned, booted } = summary.chargers;
  if (planned - booted <= allowed) return '';
  const limit = allowed > 0 ? `; ${formatCount(allowed)} may fail` : '';
  return `only ${bootedText(summary)}${limit}`;
}

function bootedText({ chargers }: Summary): string {
  return `${formatCount(chargers.booted)} of ${formatCount(chargers.planned)} chargers booted`;
}
