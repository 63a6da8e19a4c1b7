/** A run as Markdown: for the summary of a CI job, or a comment. */
import { ExitCode } from '../base/errors.ts';
import type { RunResult } from '../fleet/result.ts';
import { agentsTable } from './agents.ts';
import { type Check, checksOf } from './checks.ts';
import { cleanText } from './clean.ts';
import { formatClock, formatCount, formatRate } from './numbers.ts';
import type { Outcome } from './outcome.ts';
import type { CallSummary, Summary } from './summary.ts';
import { figures } from './tables.ts';
import { verdictText } from './text.ts';

/** The verdict first, then thresholds, the generator, calls and latency. `version` is ours. */
export function markdownText(
  result: RunResult,
  summary: Summary,
  outcome: Outcome,
  version: string,
): string {
  const checks = checksOf(result, summary, outcome);
  const sections = [
    headline(result, outcome),
    factsLine(summary),
    thresholdsSection(checks),
    generatorSection(result, checks),
    agentsSection(summary),
    callsSection(summary),
    latencySection(summary),
    [`<sub>ocpp-load ${escaped(version)}</sub>`],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function headline(result: RunResult, outcome: Outcome): string[] {
  const { exitCode, causes } = outcome;
  const clean = exitCode === ExitCode.ok && result.verdict.trust === 'VALID';
  const sign = clean ? '✅' : exitCode === ExitCode.ok ? '⚠️' : '❌';
  const code = exitCode === ExitCode.ok ? '' : ` (exit ${exitCode})`;
  const others = causes.slice(1).map((cause) => `- also: ${escaped(cause)}`);
  return [
    `## ${sign} ${escaped(verdictText(result, outcome))}${code}`,
    ...(others.length > 0 ? ['', ...others] : []),
  ];
}

function factsLine({ run, target, chargers }: Summary): string[] {
  const facts = [
    escaped(run.scenario),
    `${formatCount(chargers.planned)} chargers`,
    `${formatClock(run.durationS)}, of which ${formatClock(run.steadyS)} steady`,
    `seed ${run.seed}`,
    target.kind === 'embedded'
      ? 'target: the embedded test double of ocpp-load, not a real system'
      : `target ${escaped(target.url)}`,
  ];
  return [facts.join(' · ')];
}

const MARKS = { passed: '✓', failed: '✗', broken: '✗', noted: '!' } as const;

function thresholdsSection(checks: readonly Check[]): string[] {
  const rows = checks
    .filter(({ group }) => group !== 'generator')
    .map(({ name, state, lines }) => [MARKS[state], escaped(name), escaped(lines.join('; '))]);
  return ['### Thresholds', '', ...table(['', 'threshold', 'measured'], rows, 'lll')];
}

function generatorSection({ verdict }: RunResult, checks: readonly Check[]): string[] {
  const found = checks.filter(({ group, state }) => group === 'generator' && state !== 'passed');
  const trusted = verdict.trust === 'VALID' ? ': these figures describe the target' : '';
  return [
    `### Generator: ${verdict.trust}${trusted}`,
    ...(found.length > 0 ? [''] : []),
    ...found.flatMap(({ name, lines }) => lines.map((line) => `- **${name}** ${escaped(line)}`)),
  ];
}

function agentsSection({ agents }: Summary): string[] {
  if (agents === undefined) return [];
  const { head, rows } = agentsTable(agents);
  return [
    '### Agents',
    '',
    ...table(
      head,
      rows.map(([name, ...cells]) => [escaped(name), ...cells]),
    ),
  ];
}

function callsSection({ calls, actions, steady, sums }: Summary): string[] {
  if (calls.sent === 0) return ['### Calls', '', 'none was sent'];
  const row = (name: string, counts: CallSummary, steadyCounts: CallSummary | undefined) => [
    name,
    formatCount(counts.sent),
    formatRate(steady.durationS > 0 ? (steadyCounts?.sent ?? 0) / steady.durationS : 0),
    ...[counts.answered, counts.callError, counts.timedOut, counts.lost].map(formatCount),
  ];
  const head = ['', 'sent', 'steady/s', 'answered', 'error', 'timeout', 'lost'];
  const rows = [
    ...Object.entries(actions).map(([name, counts]) => row(name, counts, steady.actions[name])),
    row('**total**', calls, steady.calls),
  ];
  const agreed = sums.agree
    ? 'The sums agree: every CALL sent has exactly one fate.'
    : `**The sums do not agree:** ${sums.broken.map(escaped).join('; ')}`;
  return ['### Calls', '', ...table(head, rows), '', agreed];
}

function latencySection({ calls, actions, steady }: Summary): string[] {
  if (calls.sent === 0) return [];
  const row = (name: string, { serviceMs, responseMs }: CallSummary) => [
    name,
    ...figures(serviceMs, ['p50', 'p95', 'p99', 'p999', 'max']),
    ...figures(responseMs, ['p99', 'max']),
  ];
  const rows = [
    ...Object.entries(actions).map(([name, counts]) => row(name, counts)),
    row('**all**', calls),
    ...(steady.calls.sent > 0 ? [row('**all, steady stage**', steady.calls)] : []),
  ];
  const head = ['', 'service p50', 'p95', 'p99', 'p99.9', 'max', 'response p99', 'max'];
  return ['### Latency, ms', '', ...table(head, rows)];
}

/** `alignments`: a letter a column, l or r; numbers stand to the right. */
function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  alignments = `l${'r'.repeat(head.length - 1)}`,
): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const rule = [...alignments].map((side) => (side === 'r' ? '--:' : ':--'));
  return [head, rule, ...rows].map(line);
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

/** One line that means itself: no HTML, no cell of a table, no link, no emphasis. */
export function escaped(text: string): string {
  return cleanText(text)
    .replace(/[\\`*~[\]|#]|(?<!\w)_|_(?!\w)/g, '\\$&')
    .replace(/[&<>]/g, (character) => ENTITIES[character]);
}
