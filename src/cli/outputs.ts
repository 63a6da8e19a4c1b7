/** What a run leaves for a CI system besides its report. */
import fs from 'node:fs';
import { ExitCode, type UserError } from '../base/errors.ts';
import type { RunResult } from '../fleet/result.ts';
import { annotationLines } from '../report/annotations.ts';
import { checksOf } from '../report/checks.ts';
import { junitXml } from '../report/junit.ts';
import { markdownText } from '../report/markdown.ts';
import type { Outcome } from '../report/outcome.ts';
import type { Summary } from '../report/summary.ts';
import type { Context } from './context.ts';
import { noteText } from './errors.ts';
import { writeExport } from './export.ts';
import type { Overrides } from './overrides.ts';
import { packageVersion } from './version.ts';

/** The files that `writeOutputs` will write, by flag. */
export const outputFiles = ({ summaryExport, junit, markdown }: Overrides) => ({
  '--summary-export': summaryExport,
  '--junit': junit,
  '--markdown': markdown,
});

/**
 * Writes every file it can, the summary of a GitHub job and annotations.
 * @returns the errors of the files that could not be written.
 */
export function writeOutputs(
  result: RunResult,
  summary: Summary,
  outcome: Outcome,
  { overrides, context }: { overrides: Overrides; context: Context },
): UserError[] {
  const version = packageVersion();
  const markdown = markdownText(result, summary, outcome, version);
  const texts = {
    '--summary-export': `${JSON.stringify(summary, null, 2)}\n`,
    '--junit': junitXml(result, summary, outcome, version),
    '--markdown': markdown,
  };
  const files = outputFiles(overrides);
  const errors = (Object.keys(texts) as (keyof typeof texts)[]).flatMap((flag) =>
    errorOfWriting(files[flag], texts[flag], flag),
  );
  appendStepSummary(markdown, context);
  annotate(result, summary, outcome, context);
  return errors;
}

/**
 * Tells of files that could not be written, after the report. What the run itself came to is worth
 * more than a full disk: its exit code stays, unless it is 0.
 * @throws UserError, the first of them, when `exitCode` is 0.
 */
export function tellUnwritten(
  errors: readonly UserError[],
  exitCode: ExitCode,
  { io, stderrLook }: Pick<Context, 'io' | 'stderrLook'>,
): void {
  const notes = exitCode === ExitCode.ok ? errors.slice(1) : errors;
  for (const { message } of notes) io.stderr.write(noteText(message, stderrLook));
  if (errors.length > notes.length) throw errors[0];
}

function errorOfWriting(file: string | undefined, text: string, flag: string): UserError[] {
  if (file === undefined) return [];
  try {
    writeExport(file, text, flag);
    return [];
  } catch (error) {
    return [error as UserError];
  }
}

/** Steps of a job share the file: it is only ever added to. */
function appendStepSummary(markdown: string, { io, stderrLook }: Context): void {
  const file = io.env['GITHUB_STEP_SUMMARY'];
  if (!file) return;
  try {
    fs.appendFileSync(file, `\n${markdown}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const note = `GITHUB_STEP_SUMMARY ${file}: could not be written (${code ?? String(error)})`;
    io.stderr.write(noteText(note, stderrLook));
  }
}

function annotate(result: RunResult, summary: Summary, outcome: Outcome, { io }: Context): void {
  if (io.env['GITHUB_ACTIONS'] !== 'true') return;
  const lines = annotationLines(checksOf(result, summary, outcome));
  io.stdout.write(lines.map((line) => `${line}\n`).join(''));
}
