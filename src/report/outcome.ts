import { ExitCode } from '../base/errors.ts';
import type { RunResult } from '../fleet/result.ts';
import type { Verdict } from '../health/verdict.ts';
import { cleanText, hideCredentials } from './clean.ts';
import { formatClock, formatCount } from './numbers.ts';
import { isPart } from './share.ts';
import { failedThresholds, type ThresholdSummary } from './thresholds.ts';

export interface Outcome {
  readonly verdict: 'PASSED' | 'FAILED' | 'INTERRUPTED' | 'INVALID';
  readonly exitCode: ExitCode;
  /** Sentences, the one that decides the exit code first; for a passed run what was reached. */
  readonly causes: readonly string[];
  /** Each reason for an exit code of its own, the worst first; none of a passed run. */
  readonly exits: readonly ExitCause[];
}

export interface ExitCause {
  readonly exitCode: ExitCode;
  readonly text: string;
}

/** What of a summary decides the outcome, which is a part of it then. */
export interface OutcomeFacts {
  readonly sums: { readonly agree: boolean; readonly broken: readonly string[] };
  readonly run: { readonly durationS: number };
  readonly chargers: { readonly planned: number; readonly booted: number };
  readonly thresholds: readonly ThresholdSummary[];
}

/** The first that applies is the exit code. */
export const EXIT_ORDER: readonly ExitCode[] = [
  ExitCode.internal,
  ExitCode.badConfiguration,
  ExitCode.preflight,
  ExitCode.scenarioException,
  ExitCode.aborted,
  ExitCode.interrupted,
  ExitCode.invalid,
  ExitCode.thresholds,
];

/** The worst cause decides: an internal fault makes every other figure doubtful. */
export function outcomeOf(result: RunResult, summary: OutcomeFacts): Outcome {
  const causes: ExitCause[] = [];
  const add = (exitCode: ExitCode, text: string) => causes.push({ exitCode, text });
  const message = result.error ? cleanText(hideCredentials(result.error.message)) : 'unknown error';

  if (result.ending === 'shardError') {
    const isLost = result.shares?.some(({ state }) => state === 'lost') ?? false;
    add(ExitCode.internal, isLost ? message : `a worker failed: ${message}`);
  }
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
    add(ExitCode.interrupted, `cut short after ${formatClock(summary.run.durationS)}`);
  }
  const unsound = unsoundText(result.verdict, result.plan.generator.strict);
  if (unsound) add(ExitCode.invalid, unsound);
  if (result.ending === 'gaveUp') add(ExitCode.thresholds, 'no charger could connect');
  // A run cut short has not had the time to measure all and to boot all: that says nothing.
  const complete = result.ending === 'completed';
  const failed = failedThresholds(summary.thresholds, complete);
  if (failed) add(ExitCode.thresholds, failed);
  const missing = missingBoots(result, summary);
  if (missing && complete) add(ExitCode.thresholds, missing);

  return decided(causes, bootedText(summary));
}

/** @param passed what is to be said when nothing went wrong. */
export function decided(causes: readonly ExitCause[], passed: string): Outcome {
  if (causes.length === 0) {
    return { verdict: 'PASSED', exitCode: ExitCode.ok, causes: [passed], exits: [] };
  }
  const place = ({ exitCode }: ExitCause) => EXIT_ORDER.indexOf(exitCode);
  const exits = causes.toSorted((a, b) => place(a) - place(b));
  const { exitCode } = exits[0];
  return {
    verdict: VERDICTS.get(exitCode) ?? 'FAILED',
    exitCode,
    causes: exits.map(({ text }) => text),
    exits,
  };
}

const VERDICTS: ReadonlyMap<ExitCode, Outcome['verdict']> = new Map([
  [ExitCode.interrupted, 'INTERRUPTED'],
  [ExitCode.invalid, 'INVALID'],
]);

/** Why the generator alone fails the run; '': it does not. */
export function unsoundText({ trust }: Pick<Verdict, 'trust'>, strict: boolean): string {
  if (trust === 'INVALID') {
    return 'INVALID run: the numbers below describe the generator, not the target';
  }
  return trust === 'DEGRADED' && strict
    ? 'DEGRADED run: the generator had trouble, and strict allows none'
    : '';
}

/** `''` where there are as many as there should be, or only all shares together can tell. */
export function missingBoots(result: RunResult, summary: OutcomeFacts): string {
  return isPart(result.share) ? '' : missingText(summary, result.plan.allowedBootFailures);
}

/** The same of all shares together. */
export function missingText(summary: Pick<OutcomeFacts, 'chargers'>, allowed: number): string {
  const { planned, booted } = summary.chargers;
  if (planned - booted <= allowed) return '';
  const limit = allowed > 0 ? `; ${formatCount(allowed)} may fail` : '';
  return `only ${bootedText(summary)}${limit}`;
}

export function bootedText({ chargers }: Pick<OutcomeFacts, 'chargers'>): string {
  return `${formatCount(chargers.booted)} of ${formatCount(chargers.planned)} chargers booted`;
}
