/** The answer of a comparison as text, as JSON, and as Markdown for a pull request. */

import { ExitCode } from '../base/errors.ts';
import type { Answer, Decision, MetricResult } from '../compare/decide.ts';
import { cleanText } from './clean.ts';
import { ends, type Look, type Paint, paint, table, wrap } from './look.ts';
import { formatMs, plural } from './numbers.ts';

export interface CompareReport {
  readonly decision: Decision;
  /** What must be known beside the figures, a sentence each. */
  readonly notes: readonly string[];
  readonly exitCode: ExitCode;
}

const ANSWERS: Readonly<Record<Answer, readonly [word: string, color: Paint]>> = {
  regression: ['REGRESSION', 'red'],
  noRegression: ['NO REGRESSION', 'green'],
  inconclusive: ['INCONCLUSIVE', 'yellow'],
};

export function exitCodeOf(answer: Answer, allowInconclusive: boolean): ExitCode {
  if (answer === 'regression') return ExitCode.regression;
  return answer === 'inconclusive' && !allowInconclusive ? ExitCode.inconclusive : ExitCode.ok;
}

export function compareText(report: CompareReport, look: Look): string {
  const { decision, exitCode } = report;
  const [word, color] = ANSWERS[decision.answer];
  const right = exitCode === ExitCode.ok ? '' : `exit ${exitCode}`;
  const [first, ...rest] = ends(`  ${word}  ${gist(decision)}`, right, look.width);
  const sections = [
    [
      first.replace(word, paint(look, color, word)).trimEnd(),
      ...rest,
      ...wrap(designText(decision), look.width, '    '),
    ],
    metricTable('DECIDE', decision.primary, look),
    metricTable('FOR INFORMATION', decision.information, look),
    wrap(countsText(decision), look.width, '  '),
    notesOf(report).flatMap((note) =>
      wrap(`note: ${cleanText(note)}`, look.width, '  ', '        '),
    ),
  ];
  const texts = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${texts.join('\n\n')}\n`;
}

/** What made the answer. */
function gist({ answer, primary, options }: Decision): string {
  const worse = primary.filter((metric) => metric.answer === 'worse');
  if (answer === 'regression') return `in ${list(worse.map(({ name }) => name))}`;
  const open = primary.filter((metric) => metric.answer === 'inconclusive').length;
  if (answer === 'inconclusive') {
    return `${open} of ${plural(primary.length, 'metric')} may be worse or not`;
  }
  const all = primary.length === 1 ? `${primary[0].name} is` : `all ${primary.length} metrics are`;
  return `${all} shown to be below +${percentText(options.margin)}`;
}

const list = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

function designText({ design, counts, options }: Decision): string {
  const margin = `against a margin of ${percentText(options.margin)}`;
  const [base, next] = counts;
  if (design === 'pairs') {
    return `${plural(base, 'pair')} of runs with the same seed, ${margin}`;
  }
  const unit = design === 'runs' ? 'run' : 'block';
  return `${plural(base, unit)} before and ${plural(next, unit)} after, ${margin}`;
}

/** `+16 %`; shares in percentage points. */
export const signedText = (value: number, kind: MetricResult['kind']) => {
  const points = value * 100;
  const digits = kind === 'share' ? 2 : Math.abs(points) < 9.95 ? 1 : 0;
  const text = Math.abs(points).toFixed(digits);
  const sign = Number(text) === 0 ? '' : points < 0 ? '-' : '+';
  return `${sign}${text} ${kind === 'share' ? 'pp' : '%'}`;
};

export const percentText = (share: number) => `${Number((share * 100).toPrecision(3))} %`;
export const valueText = (value: number, kind: MetricResult['kind']) =>
  kind === 'time' ? `${formatMs(value)} ms` : `${(value * 100).toFixed(2)} %`;
const intervalText = ({ low, high, kind }: MetricResult) =>
  `[${signedText(low, kind)}, ${signedText(high, kind)}]`;

/** Two digits of a small p, three decimals of others. */
export const pText = (p: number) =>
  p < 0.0095 ? p.toPrecision(1).replace(/e-0?/, 'e-') : p.toFixed(3);

const HEAD = ['base', 'new', 'change', 'interval', 'p', 'answer'];

const cellsOf = (metric: MetricResult): string[] => [
  metric.name,
  valueText(metric.base, metric.kind),
  valueText(metric.next, metric.kind),
  signedText(metric.change, metric.kind),
  intervalText(metric),
  pText(metric.answer === 'unchanged' ? metric.unchangedP : metric.adjustedWorseP),
  metric.answer,
];

function metricTable(name: string, metrics: readonly MetricResult[], look: Look): string[] {
  if (metrics.length === 0) return [];
  const blocks = table([name, ...HEAD], metrics.map(cellsOf), look);
  return blocks.flatMap(([head, ...rows]) => [paint(look, 'bold', head), ...rows]);
}

function countsText({ primary, information }: Decision): string {
  const count = (metrics: readonly MetricResult[], change: MetricResult['answer']) =>
    metrics.filter(({ answer }) => answer === change).length;
  const parts = (['worse', 'unchanged', 'inconclusive'] as const)
    .map((change) => [count(primary, change), change] as const)
    .filter(([n]) => n > 0)
    .map(([n, change]) => `${n} ${change}`);
  const verb = primary.length === 1 ? 'decides' : 'decide';
  const more = information.length;
  const open = count(information, 'inconclusive');
  const shown =
    more === 0 ? '' : `; ${more} more shown for information, ${open} of them inconclusive`;
  return `${plural(primary.length, 'metric')} ${verb} (${parts.join(', ')})${shown}`;
}

/** What is known, and what the numbers of runs mean for the answer. */
function notesOf({ decision, notes }: CompareReport): string[] {
  const { answer, reach, design, primary } = decision;
  const unit = design === 'pairs' ? 'pairs' : design === 'runs' ? 'runs a side' : 'blocks a side';
  const smallest = `the smallest p that they can give is ${pText(reach.smallestP)}`;
  const found: string[] = [];
  if (answer === 'inconclusive' && reach.neededForAll !== null) {
    found.push(
      `too few for a regression: ${smallest}; ${reach.neededForAll} ${unit} could show one`,
    );
  }
  if (answer === 'inconclusive' && reach.neededForOne !== null && primary.length > 1) {
    found.push(
      `a regression in one of ${primary.length} metrics alone takes ${reach.neededForOne} ${unit}`,
    );
  }
  if (answer === 'inconclusive' && reach.neededForUnchanged !== null) {
    found.push(`too few for "no regression", too: that takes ${reach.neededForUnchanged} ${unit}`);
  }
  if (answer === 'inconclusive' && found.length === 0) {
    found.push('the runs differ too much by themselves: more of them, or longer ones, would tell');
  }
  const covered = Math.min(...primary.map(({ confidence }) => confidence));
  if (covered < 0.9) {
    found.push(`with so few, the intervals cover ${percentText(covered)} instead of 95 %`);
  }
  if (design === 'blocks') {
    found.push(
      'blocks of the same runs tell whether these runs differ, not whether their builds do: a ' +
        'second run of the same build may lie elsewhere',
    );
  }
  return [...found, ...notes];
}

/** Units are in the names; changes of times are relative, of shares differences. */
export function compareJson({ decision, notes, exitCode }: CompareReport): string {
  const { answer, design, counts, options, primary, information, reach } = decision;
  const json = {
    ...{ schema: 'ocpp-load/compare/1', answer, exitCode, design },
    ...{ counts: { base: counts[0], new: counts[1] }, options, reach },
    ...{ primary: primary.map(jsonOf), information: information.map(jsonOf), notes },
  };
  return `${JSON.stringify(json, null, 2)}\n`;
}

function jsonOf({ kind, base, next, ...metric }: MetricResult) {
  const unit = kind === 'time' ? 'ms' : 'share';
  return { ...metric, unit, base, new: next };
}

/** A heading, a table and the notes; for a comment on a pull request. */
export function compareMarkdown(report: CompareReport): string {
  const { decision } = report;
  const [word] = ANSWERS[decision.answer];
  const rows = [...decision.primary, ...decision.information].map(
    (metric, i) =>
      `| ${i < decision.primary.length ? `**${metric.name}**` : metric.name} | ` +
      `${cellsOf(metric).slice(1).join(' | ')} |`,
  );
  const notes = notesOf(report).map((note) => `- ${cleanText(note).replaceAll('|', '\\|')}`);
  return [
    `### ${word}: ${gist(decision)}`,
    '',
    designText(decision),
    '',
    `| metric | ${HEAD.join(' | ')} |`,
    `|---|${'--:|'.repeat(HEAD.length)}`,
    ...rows,
    '',
    `${countsText(decision)} (those in bold decide).`,
    ...(notes.length > 0 ? ['', ...notes] : []),
    '',
  ].join('\n');
}
