import fs from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import { UserError } from '../base/errors.ts';
import { openRun } from '../compare/from-result.ts';
import { DEFAULT_PRIMARY, METRIC_FORMS, parseMetric } from '../compare/metrics.ts';
import { type ComparedRun, checkRuns, notesOnRuns, runMark } from '../compare/runs.ts';
import { checkNights, TREND_DEFAULTS, type Trend, trendOf } from '../compare/trend.ts';
import { trendJson, trendText } from '../report/trend.ts';
import { trendSvg } from '../report/trend-svg.ts';
import type { Context } from './context.ts';
import { checkOutputs, writeExport } from './export.ts';
import { collect, countOf, levelOf, shareOf } from './flag-values.ts';
import { writeAll } from './io.ts';
import { prepare } from './scenario.ts';

const HELP = `
Examples:
  ocpp-load trend nightly/
  ocpp-load trend nightly/ --metric 'MeterValues service p99' --svg trend.svg

The folder holds a result file (.olr) a night, of one scenario on one machine; their times of start
give their order. Nights that are INVALID or were not completed, copies of others, and files that
cannot be read are left out and named.
A metric is ${METRIC_FORMS}.
A change is named by the first night after it. It is found with the help of the nights that follow:
to decide about the last night alone, use \`ocpp-load compare\`.

Exit codes:
  0    whether there are changes or not
  104  something is wrong with the command, the folder or its files
`;

interface TrendFlags {
  readonly metric?: readonly string[];
  readonly svg?: string;
  readonly json?: boolean;
  readonly minChange: string;
  readonly alpha: string;
  readonly window: string;
  readonly allowEmbedded?: boolean;
  readonly allowDifferent?: boolean;
  readonly color?: boolean;
}

export function trendCommand(context: Context): Command {
  const { maxP, minChange, window } = TREND_DEFAULTS;
  return new Command('trend')
    .description('Find the changes in a folder of nightly results')
    .argument('<folder>', 'with the result files of `ocpp-load run --out`')
    .option('--metric <metric>', 'may be repeated (default: the primary ones of compare)', collect)
    .option('--svg <file>', 'a picture')
    .option('--json', 'as JSON, with the value of every night')
    .option('--min-change <share>', 'the smallest change of a time', `${minChange * 100}%`)
    .option('--alpha <p>', 'the largest p of a change', String(maxP))
    .option('--window <n>', 'nights that are looked at together', String(window))
    .option('--allow-embedded', 'also runs against the embedded central system')
    .option('--allow-different', 'also runs of other scenarios or machines')
    .option('--no-color', 'no colours; NO_COLOR says the same')
    .addHelpText('after', HELP)
    .action(async (folder: string, flags: TrendFlags) => {
      context.consequence = 'nothing was looked at.';
      prepare({ color: flags.color }, context);
      const files = resultFiles(folder);
      checkOutputs(
        { '--svg': flags.svg },
        Object.fromEntries(files.map((file) => [`the night ${path.basename(file)}`, file])),
      );
      const { trend, notes } = look(files, flags);
      const text = flags.json
        ? trendJson(trend, notes)
        : trendText(trend, notes, context.stdoutLook);
      await writeAll(context.io.stdout, [text]);
      if (flags.svg !== undefined) writeExport(flags.svg, trendSvg(trend), '--svg');
    });
}

function look(files: readonly string[], flags: TrendFlags): { trend: Trend; notes: string[] } {
  const metrics = (flags.metric ?? DEFAULT_PRIMARY).map(parseMetric);
  const options = {
    ...TREND_DEFAULTS,
    maxP: levelOf('--alpha', flags.alpha),
    minChange: shareOf('--min-change', flags.minChange),
    window: countOf('--window', flags.window, 6, 1000),
  };
  const { runs, leftOut } = nightsOf(files);
  checkNights(runs.length, leftOut);
  const notes = [...leftOut, ...notesOnRuns(runs)];
  checkRuns(runs, [], {
    ...{ invalid: false, embedded: flags.allowEmbedded ?? false, minBlockS: 0 },
    different: flags.allowDifferent ?? false,
  });
  const trend = trendOf(runs, metrics, options);
  const few = trend.metrics.filter(({ values }) => values.includes(null));
  return { trend, notes: [...notes, ...few.map(({ name, values }) => sparse(name, values))] };
}

/** @throws UserError when there is no such folder, or no result file in it. */
export function resultFiles(folder: string): string[] {
  const stat = fs.statSync(folder, { throwIfNoEntry: false });
  if (stat === undefined) throw new UserError(`${folder} does not exist`, 'check its path');
  if (!stat.isDirectory()) {
    throw new UserError(`${folder} is no folder`, 'it takes the folder with the result files');
  }
  const files = fs.readdirSync(folder).filter((name) => name.endsWith('.olr'));
  if (files.length === 0) {
    throw new UserError(
      `${folder} has no result files`,
      '`ocpp-load run --out` writes them (.olr)',
    );
  }
  return files.sort().map((name) => path.join(folder, name));
}

/** One file that is of no use is no reason to say nothing of the others. */
function nightsOf(files: readonly string[]): { runs: ComparedRun[]; leftOut: string[] } {
  const runs = new Map<string, ComparedRun>();
  const leftOut = files.flatMap((file) => {
    const flaw = take(file, runs);
    return flaw === null ? [] : [`${path.basename(file)} is left out: ${flaw}`];
  });
  return { runs: [...runs.values()], leftOut };
}

/** Opens a file and adds its run, or tells why not. */
function take(file: string, runs: Map<string, ComparedRun>): string | null {
  try {
    const run = openRun(file);
    const flaw = flawOf(run, runs.get(runMark(run)));
    if (flaw === null) runs.set(runMark(run), run);
    return flaw;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `it${error.message.replace(file, '')}`;
  }
}

/** @param same the same run of another file. */
function flawOf({ trust, completed }: ComparedRun, same: ComparedRun | undefined): string | null {
  if (trust === 'INVALID') return 'it is an INVALID run';
  if (!completed || trust === null) return 'the run was not completed';
  return same === undefined ? null : `it is the same run as ${path.basename(same.file)}`;
}

function sparse(name: string, values: readonly (number | null)[]): string {
  const count = values.filter((value) => value === null).length;
  return `${name}: ${count} of ${values.length} nights have too few samples of it`;
}
