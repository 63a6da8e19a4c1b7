/** What a run was checked for, one by one: what JUnit, Markdown and annotations are made from. */
import { ExitCode } from '../base/errors.ts';
import type { RunResult } from '../fleet/result.ts';
import { type Finding, HEALTH_CAUSES } from '../health/verdict.ts';
import type { ThresholdResult } from '../thresholds/types.ts';
import { cleanText, hideCredentials } from './clean.ts';
import { formatClock } from './numbers.ts';
import { bootedText, missingBoots, type Outcome } from './outcome.ts';
import type { Summary } from './summary.ts';

export interface Check {
  readonly group: 'run' | 'thresholds' | 'generator';
  readonly name: string;
  /** `broken`: the check itself could not be made; `noted`: not as it should be, but no failure. */
  readonly state: 'passed' | 'failed' | 'broken' | 'noted';
  /** One line: what was measured or what is wrong. */
  readonly message: string;
  /** Lines of what else there is to say; none where the message is all. */
  readonly details: readonly string[];
}

/** Run, built-in threshold, thresholds, causes of the verdict: always in this order, all of them. */
export function checksOf(result: RunResult, summary: Summary, outcome: Outcome): Check[] {
  return [
    completeCheck(result, outcome),
    bootsCheck(result, summary, outcome),
    ...result.thresholds.map(thresholdCheck),
    ...generatorChecks(result, outcome),
  ];
}

/** With one of these, a run is not what was planned, and its figures are of something else. */
const BROKEN: readonly number[] = [
  ExitCode.internal,
  ExitCode.scenarioException,
  ExitCode.aborted,
  ExitCode.interrupted,
];

function completeCheck({ error }: RunResult, { exitCode, causes }: Outcome): Check {
  const broken = BROKEN.includes(exitCode);
  const stack = error?.stack ?? '';
  return {
    ...{ group: 'run', name: 'the run is complete' },
    state: broken ? 'broken' : 'passed',
    message: broken ? cleanText(causes[0]) : '',
    details: broken && stack ? stack.split('\n').slice(0, 6).map(shown) : [],
  };
}

function bootsCheck(result: RunResult, summary: Summary, { exitCode, causes }: Outcome): Check {
  const check = { group: 'run', name: 'all planned chargers booted', details: [] } as const;
  const missing = missingBoots(result, summary);
  if (!missing) return { ...check, state: 'passed', message: bootedText(summary) };
  // A run cut short has not had the time to boot them all: that says nothing about the target.
  if (BROKEN.includes(exitCode)) return { ...check, state: 'noted', message: missing };
  const [message] = result.ending === 'gaveUp' ? causes : [missing];
  return { ...check, state: 'failed', message };
}

function thresholdCheck(result: ThresholdResult): Check {
  const { threshold, passed, aborted } = result;
  const { selector, expression } = threshold;
  return {
    group: 'thresholds',
    name: cleanText(`${selector} ${expression}`),
    state: passed ? 'passed' : 'failed',
    message: measuredText(result),
    details: aborted ? ['the run was ended because of it'] : [],
  };
}

/** `rate = 0.01`, and for a window when it was. */
export function measuredText({ threshold, measured, atS }: ThresholdResult): string {
  if (measured === null) return 'nothing was measured';
  const [statistic] = threshold.expression.split(/[<>=!]/);
  const when = atS === null ? '' : `, in the window that ended at ${formatClock(atS)}`;
  return `${statistic.trim()} = ${Number(measured.toPrecision(4))}${when}`;
}

function generatorChecks({ verdict }: RunResult, { exitCode }: Outcome): Check[] {
  const strict = verdict.trust === 'DEGRADED' && exitCode === ExitCode.invalid;
  return HEALTH_CAUSES.map((cause) => {
    const findings = verdict.findings.filter((finding) => finding.cause === cause);
    const check = { group: 'generator', name: cause } as const;
    if (findings.length === 0) return { ...check, state: 'passed', message: '', details: [] };
    const fails = strict || findings.some(({ level }) => level === 'INVALID');
    const [{ level, text }] = findings;
    return {
      ...check,
      state: fails ? 'failed' : 'noted',
      message: shown(`${level}: ${text}`),
      details: findings.map(findingText),
    };
  });
}

export function findingText({ fromS, toS, text, fix }: Finding): string {
  return shown(`${formatClock(fromS)} to ${formatClock(toS)}: ${text} -> ${fix}`);
}

const shown = (text: string) => cleanText(hideCredentials(text));
