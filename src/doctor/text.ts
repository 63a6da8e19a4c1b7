/** Findings as people read them: a mark, what was looked at, what was found, and the fix. */
import { cleanText, hideCredentials } from '../report/clean.ts';
import { type Look, type Paint, paint, wrap } from '../report/look.ts';
import type { Finding, Level } from './finding.ts';

const MARKS: Readonly<Record<Level, string>> = {
  ok: '✓',
  warning: '!',
  problem: '✗',
  unknown: '?',
};
const COLORS: Readonly<Record<Level, Paint>> = {
  ...{ ok: 'green', warning: 'yellow', problem: 'red', unknown: 'dim' },
};

const LABEL_COLUMNS = 18;
const HANG = ' '.repeat(4 + LABEL_COLUMNS);

export function findingsText(findings: readonly Finding[], look: Look): string {
  return findings.flatMap((finding) => findingLines(finding, look)).join('\n');
}

/** The fix stands beside the finding where there is room, else below it. */
function findingLines({ check, level, text, fix }: Finding, look: Look): string[] {
  const head = `  ${MARKS[level]} ${check.padEnd(LABEL_COLUMNS)}`;
  const says = safe(text);
  const arrow = fix && `-> ${safe(fix)}`;
  const line = `${head}${says}${arrow && `   ${arrow}`}`;
  const lines =
    line.length <= look.width
      ? [line]
      : [
          ...wrap(says, look.width, head, HANG),
          ...(arrow ? wrap(arrow, look.width, HANG, `${HANG}   `) : []),
        ];
  const [first, ...rest] = lines;
  return [first.replace(MARKS[level], (mark) => paint(look, COLORS[level], mark)), ...rest];
}

/** A line for stderr. */
export function warningText({ check, text, fix }: Finding, look: Look): string {
  const says = `${check}: ${safe(text)}${fix && ` -> ${safe(fix)}`}`;
  return `${wrap(says, look.width, '  warning: ', '    ').join('\n')}\n`;
}

const safe = (text: string) => cleanText(hideCredentials(text));
