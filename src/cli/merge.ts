import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { UserError } from '../base/errors.ts';
import { formatCount, plural } from '../report/numbers.ts';
import { sharesJudge, sharesText } from '../report/shares.ts';
import { mergeFooters, mergeHeaders, mergeIntervals, runMark } from '../result/merge.ts';
import { type PartFile, partFile } from '../result/part-file.ts';
import { openResult } from '../result/reader.ts';
import { flawOfShares } from '../result/shares.ts';
import { sameRuns } from '../result/twice.ts';
import type { ResultFile } from '../result/types.ts';
import { resultWriter } from '../result/writer.ts';
import { deltaFigures } from '../snapshot/calls.ts';
import type { Context } from './context.ts';
import { noteText } from './errors.ts';
import { checkExport } from './export.ts';

const HELP = `
Examples:
  ocpp-load merge a.olr b.olr --out both.olr
  ocpp-load merge parts/*.olr --out night.olr --force
  ocpp-load merge 1.olr 2.olr 3.olr --out run.olr      of --shard 1/3, 2/3 and 3/3

Seconds of the same number are added up, counter by counter and slot by slot, so percentiles of
the merged file are those of all CALLs together. All shares of a run (\`run --shard\`) are judged
together: thresholds, boots and generators decide the verdict and the exit code, as if the run had
never been split. Thresholds of other runs were of each one: they are left out.
--force merges runs of different scenarios with the same fleets, takes what there is of killed
runs, counts a run twice that is there twice, merges some shares without judging them, and
replaces the file of --out.

Exit codes:
  0    the file was written; of all shares of a run, it also passed
  104  a file cannot be read or written, or they do not belong together
  else that of the run whose shares these are: see \`ocpp-load run --help\`
`;

interface MergeFlags {
  readonly out: string;
  readonly force?: boolean;
}

export function mergeCommand(context: Context): Command {
  return new Command('merge')
    .description('Add the parts of a run, or several runs of a scenario, up into one result')
    .argument('<files...>', 'written by `ocpp-load run --out`')
    .requiredOption('--out <file>', 'the merged result')
    .option('--force', 'merge what does not belong together, replace the file of --out')
    .addHelpText('after', HELP)
    .action((files: string[], flags: MergeFlags) => {
      context.consequence = 'nothing was merged.';
      merge(files, flags, context);
    });
}

function merge(files: readonly string[], { out, force = false }: MergeFlags, context: Context) {
  const { io, stdoutLook, stderrLook } = context;
  checkExport(out, '--out');
  if (!force && fs.statSync(out, { throwIfNoEntry: false })?.isFile()) {
    throw new UserError(`--out ${out} is there already`, 'name another file, or add --force');
  }
  checkDistinct(files);
  const results = files.map(openResult);
  checkFleets(results);
  const shares = sharesIn(results, force);
  if (!force) checkTogether(results);
  const warnings = results.flatMap((result) => result.warnings);
  for (const warning of [...warnings, ...shares.note]) {
    io.stderr.write(noteText(warning, stderrLook));
  }
  const { seconds, calls, judged } = writeMerged(results, out, shares.complete);
  const parts = plural(files.length, 'file');
  io.stdout.write(
    `${out}: ${parts}, ${plural(seconds, 'second')}, ${formatCount(calls)} CALLs sent\n`,
  );
  if (judged === null) return;
  io.stdout.write(sharesText(judged.footer, judged.outcome, stdoutLook));
  context.exitCode = judged.outcome.exitCode;
}

interface SharesFound {
  /** All shares of one run. */
  readonly complete: boolean;
  /** Why they are not, a sentence or none. */
  readonly note: readonly string[];
}

/** @throws UserError when there are some but not all, unless forced. */
function sharesIn(results: readonly ResultFile[], force: boolean): SharesFound {
  if (results.every(({ header }) => header.share === undefined)) {
    return { complete: false, note: [] };
  }
  const flaw = flawOfShares(results);
  if (flaw === null) return { complete: true, note: [] };
  const { message, hint } = flaw;
  if (!force) throw new UserError(message, `${hint}, or add --force to merge what there is`);
  return { complete: false, note: [`${message}: nothing is judged`] };
}

/** A file twice would count everything in it twice. */
function checkDistinct(files: readonly string[]): void {
  const paths = files.map((file) => path.resolve(file));
  const twice = files.find((_, i) => paths.indexOf(paths[i]) !== i);
  if (twice !== undefined) throw new UserError(`${twice} is named twice`, 'name each file once');
}

const fleetNames = ({ header }: ResultFile) => header.fleets.map(({ name }) => name).join(', ');

function checkFleets([first, ...others]: readonly ResultFile[]): void {
  const other = others.find((each) => fleetNames(each) !== fleetNames(first));
  if (other === undefined) return;
  throw new UserError(
    `${first.file} and ${other.file} have different fleets`,
    `${first.file}: ${fleetNames(first)}\n${other.file}: ${fleetNames(other)}`,
  );
}

function checkTogether([first, ...others]: readonly ResultFile[]): void {
  const planOf = ({ header }: ResultFile) => header.scenario.planSha256;
  const other = others.find((each) => planOf(each) !== planOf(first));
  if (other !== undefined) {
    const [a, b] = [first.header.scenario.name, other.header.scenario.name];
    throw new UserError(
      `${first.file} (${a}) and ${other.file} (${b}) are runs of different loads`,
      'merge runs of one scenario with the same flags, or add --force',
    );
  }
  const killed = [first, ...others].find(({ footer }) => footer === null);
  if (killed !== undefined) {
    throw new UserError(
      `${killed.file} has no end: its run was killed`,
      'leave it out, or add --force to take what there is',
    );
  }
  const same = sameRuns([first, ...others], ({ header }) => runMark(header));
  if (same === null) return;
  throw new UserError(
    `${same[0].file} and ${same[1].file} are one run, which would count twice`,
    'leave one out, or add --force',
  );
}

function writeMerged(results: readonly ResultFile[], out: string, areShares: boolean) {
  const figures = deltaFigures(results[0].header.fleets.length);
  let part: PartFile | null = null;
  let [seconds, calls] = [0, 0];
  try {
    part = partFile(out);
    const header = mergeHeaders(results.map((result) => result.header));
    const judge = areShares ? sharesJudge(header, results) : null;
    const writer = resultWriter(header, part.append, Number.POSITIVE_INFINITY);
    for (const interval of mergeIntervals(results)) {
      writer.add(interval);
      judge?.add(interval);
      seconds++;
      calls += figures.calls(interval.delta).sent;
    }
    const judged = judge?.end() ?? null;
    const footer = judged?.footer ?? mergeFooters(results.map((result) => result.footer));
    if (footer !== null) writer.end(footer);
    part.keep();
    return { seconds, calls, judged };
  } catch (error) {
    part?.discard();
    if (error instanceof UserError) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    const hint = 'choose a place with room that you may write to';
    throw new UserError(`--out ${out}: could not be written (${code})`, hint);
  }
}
