/** What the generator says of itself, as lines of the report. */
import type { RunResult } from '../fleet/result.ts';
import type { Finding, Verdict } from '../health/verdict.ts';
import { cleanText, hideCredentials } from './clean.ts';
import { type Look, wrap } from './look.ts';
import { formatClock } from './numbers.ts';

/** A line a finding, then what to change: the same change for two findings is told once. */
export function findingLines({ findings }: Verdict, look: Look): string[] {
  const fixes = new Set(findings.map(({ fix }) => fix));
  return [
    ...findings.flatMap((finding) => wrap(findingText(finding), look.width, '    ', '      ')),
    ...[...fixes].flatMap((fix) => wrap(`-> ${fix}`, look.width, '    ', '       ')),
  ];
}

/** `worker 1 was busy 97 % for 49 s (limit 95 %), 0m41s to 1m30s`. */
function findingText({ text, fromS, toS }: Finding): string {
  const [from, to] = [formatClock(fromS), formatClock(toS)];
  const when = from === to ? `at ${from}` : `${from} to ${to}`;
  return `${cleanText(hideCredentials(text))}, ${when}`;
}

/** `VALID`, and whether it says anything of how punctual the generator was. */
export function trustText({ verdict, plan, steadyS }: RunResult): string {
  const short = steadyS < plan.generator.limits.shortestS;
  return short ? `${verdict.trust} (too short a run to judge its timing)` : verdict.trust;
}
