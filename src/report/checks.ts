/** What a run was checked for, one by one: what JUnit, Markdown and annotations are made from. */
import { ExitCode } from '../base/errors.ts';
import type { RunResult } from '../fleet/result.ts';
import { type Finding, HEALTH_CAUSES } from '../health/verdict.ts';
import { cleanText, hideCredentials } from './clean.ts';
import { formatClock } from './numbers.ts';
import { bootedText, missingBoots, type Outcome } from './outcome.ts';
import { isPart } from './share.ts';
import type { Summary } from './summary.ts';
import { nameOf, type ThresholdSummary } from './thresholds.ts';

export interface Check {
  readonly group: 'run' | 'thresholds' | 'generator';
  readonly name: string;
  /** `broken`: the check itself could not be made; `noted`: not as it should be, but no failure. */
  readonly state: 'passed' | 'failed' | 'broken' | 'noted';
  /** What was measured or what is wrong; the first line can stand alone. */
  readonly lines: readonly string[];
}

/** The run, its built-in threshold, its thresholds, and all causes of a verdict, in this order. */
export function checksOf(result: RunResult, summary: Summary, outcome: Outcome): Check[] {
  return [
    completeCheck(result, outcome),
    bootsCheck(result, summary),
    ...distinct(summary.thresholds.filter(({ builtIn }) => !builtIn).map(thresholdCheck)),
    ...generatorChecks(result),
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
  const check = { group: 'run', name: 'the run is complete' } as const;
  if (!BROKEN.includes(exitCode)) return { ...check, state: 'passed', lines: [] };
  const stack = error?.stack?.split('\n').slice(0, 6) ?? [];
  return { ...check, state: 'broken', lines: [causes[0], ...stack].map(shown) };
}

function bootsCheck(result: RunResult, summary: Summary): Check {
  const check = { group: 'run', name: 'all planned chargers booted' } as const;
  const { planned, booted } = summary.chargers;
  if (isPart(result.share) && booted < planned) {
    return { ...check, state: 'noted', lines: [bootedText(summary)] };
  }
  const missing = missingBoots(result, summary);
  if (!missing) return { ...check, state: 'passed', lines: [bootedText(summary)] };
  if (result.ending === 'gaveUp') {
    return { ...check, state: 'failed', lines: ['no charger could connect'] };
  }
  // A run cut short has not had the time to boot them all: that says nothing about the target.
  return { ...check, state: result.ending === 'completed' ? 'failed' : 'noted', lines: [missing] };
}

function thresholdCheck(threshold: ThresholdSummary): Check {
  return {
    group: 'thresholds',
    name: cleanText(nameOf(threshold)),
    state: threshold.passed ? 'passed' : 'failed',
    lines: [threshold.text],
  };
}

/** Readers of JUnit keep one case a name: a threshold that is there twice is numbered. */
function distinct(checks: readonly Check[]): Check[] {
  const seen = new Map<string, number>();
  return checks.map((check) => {
    const count = (seen.get(check.name) ?? 0) + 1;
    seen.set(check.name, count);
    return count === 1 ? check : { ...check, name: `${check.name} (${count})` };
  });
}

function generatorChecks({ verdict, plan }: RunResult): Check[] {
  const { strict } = plan.generator;
  return HEALTH_CAUSES.map((cause) => {
    const findings = verdict.findings.filter((finding) => finding.cause === cause);
    const check = { group: 'generator', name: cause } as const;
    if (findings.length === 0) return { ...check, state: 'passed', lines: [] };
    const fails = strict || findings.some(({ level }) => level === 'INVALID');
    return { ...check, state: fails ? 'failed' : 'noted', lines: findings.map(findingText) };
  });
}

function findingText({ level, fromS, toS, text, fix }: Finding): string {
  return shown(`${level} ${formatClock(fromS)} to ${formatClock(toS)}: ${text} -> ${fix}`);
}

const shown = (text: string) => cleanText(hideCredentials(text));
