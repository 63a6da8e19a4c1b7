/** The look at machine and target before every run: what cannot work is not started. */
import { ExitCode, UserError } from '../base/errors.ts';
import type { SpreadWish } from '../fleet/spread.ts';
import type { Plan } from '../plan/plan.ts';
import { examine, QUICK, targetsOf } from './examine.ts';
import type { MachineFacts } from './facts.ts';
import { type Finding, problemsOf } from './finding.ts';
import { needOf } from './need.ts';

/**
 * Takes 2 s at most, and contacts nobody but the target of the run, once.
 * @returns what the run should be warned of.
 * @throws UserError: exit code 104 for an unknown host, else 122.
 */
export async function preflight(plan: Plan, wish: SpreadWish): Promise<Finding[]> {
  const needFor = (facts: MachineFacts, sites?: readonly string[]) =>
    needOf(plan, wish, facts, sites);
  const all = await examine(needFor, targetsOf(plan), QUICK);
  const findings = all.map((finding) => forRun(finding, plan.allowedBootFailures > 0));
  const problems = problemsOf(findings);
  if (problems.length > 0) throw refusal(problems);
  return findings.filter(({ level }) => level === 'warning');
}

/**
 * A target that is down now may be up when the first charger connects, and chargers try again: the
 * run itself ends when nobody could connect (exit code 99). Where chargers may fail to boot, a
 * handshake that fails may be what is to be seen.
 */
export function forRun(finding: Finding, mayFail: boolean): Finding {
  const { check, level, text } = finding;
  const passing = check === 'tcp' || (check === 'tls' && mayFail);
  if (level !== 'problem' || !passing) return finding;
  return { ...finding, level: 'warning', text: `${text}; the run begins all the same` };
}

/** An unknown host is a mistake in the address, as it was found before there was a pre-flight. */
export function refusal(problems: readonly Finding[]): UserError {
  const [first, ...others] = problems;
  const rest = others.flatMap((each) => [problemText(each), `-> ${each.fix}`]);
  const known = problems.every(({ check }) => check !== 'dns');
  return new UserError(
    problemText(first),
    [`-> ${first.fix}`, ...rest].join('\n'),
    known ? ExitCode.preflight : ExitCode.badConfiguration,
  );
}

const problemText = ({ check, text }: Finding) => `${check}: ${text}`;
