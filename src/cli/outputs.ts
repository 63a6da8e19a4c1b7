/** What a run leaves for a CI system besides its report. */
import fs from 'node:fs';
import { ExitCode } from '../base/errors.ts';
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
 * @throws UserError of the first file that could not be written, after all others were.
 */
export function writeOutputs(
  result: RunResult,
  summary: Summary,
  outcome: Outcome,
  { overrides, context }: { overrides: Overrides; context: Context },
): void {
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
  // A fault of ours is worse than a full disk.
  const told = outcome.exitCode === ExitCode.internal ? errors : errors.slice(1);
  for (const { message } of told) context.io.stderr.write(noteText(message, context.stderrLook));
  if (errors.length > told.length) throw errors[0];
}

function errorOfWriting(file: string | undefined, text: string, flag: string): Error[] {
  if (file === undefined) return [];
  try {
    writeExport(file, text, flag);
    return [];
  } catch (error) {
    return [error as Error];
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
