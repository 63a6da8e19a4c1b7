import { Command, Option } from 'commander';
import { ExitCode, UserError } from '../base/errors.ts';
import { DEFAULT_OPTIONS, type DecideOptions, decide } from '../compare/decide.ts';
import { openRun } from '../compare/from-result.ts';
import { DEFAULT_PRIMARY, METRIC_FORMS, parseMetric } from '../compare/metrics.ts';
import {
  type Allowances,
  arrange,
  type ComparedRun,
  checkRuns,
  MIN_BLOCK_S,
  notesOnRuns,
} from '../compare/runs.ts';
import { valuesOf } from '../compare/values.ts';
import {
  type CompareReport,
  compareJson,
  compareMarkdown,
  compareText,
  exitCodeOf,
} from '../report/compare.ts';
import { runPairs } from './ab.ts';
import type { Context } from './context.ts';
import { collect, countOf, levelOf, secondsOf, shareOf } from './flag-values.ts';
import { writeAll } from './io.ts';
import type { Flags } from './options.ts';
import { prepare } from './scenario.ts';
import { DIVIDER, sidesOf } from './sides.ts';

const HELP = `
Examples:
  ocpp-load compare base/*.olr -- new/*.olr
  ocpp-load compare base/*.olr -- new/*.olr --primary 'MeterValues service p95'
  ocpp-load compare --ab ws://old:9000/{id} ws://new:9000/{id} nightly.ts --pairs 10
  ocpp-load compare base.olr -- new.olr --unit block

Options may stand before the files, between them and behind them.
Each side needs several runs (\`ocpp-load run --out\`), of one scenario on one machine. Runs with
the same seeds on both sides are compared pairwise. A regression is a change that is shown to be
above the margin, no regression one that is shown to be below it; see docs/compare.md.
Only the primary metrics decide: ${DEFAULT_PRIMARY.join(', ')}.
A metric is ${METRIC_FORMS}.

--ab runs both targets itself, in the order A B, B A, A B, ... Each run is kept in --out.

Exit codes:
  0    no regression, or inconclusive with --allow-inconclusive
  104  something is wrong with the command or its files: nothing was compared
  105  --ab was interrupted: the answer is of the pairs until then
  121  a regression
  123  inconclusive: the runs are too few or differ too much by themselves
`;

export interface CompareFlags extends Omit<Flags, 'markdown'> {
  readonly ab?: boolean;
  readonly pairs: string;
  readonly block: string;
  readonly out?: string;
  readonly primary?: readonly string[];
  readonly margin: string;
  readonly shareMargin: string;
  readonly alpha: string;
  readonly unit: 'run' | 'block';
  readonly minBlock: string;
  readonly allowInconclusive?: boolean;
  readonly allowInvalid?: boolean;
  readonly allowEmbedded?: boolean;
  readonly allowDifferent?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
}

export function compareCommand(context: Context): Command {
  const command = new Command('compare')
    .description('Compare runs before and after a change: a regression, none, or not to be told')
    .usage('[options] <base...> -- <new...>')
    .argument(
      '[files...]',
      'result files before `--` and after it; with --ab two targets, a scenario',
    )
    .option('--primary <metric>', 'decides; may be repeated (default: four)', collect)
    .option('--margin <share>', 'growth of a time that does not matter', '5%')
    .option('--share-margin <share>', 'growth of a failed share that does not matter', '0.1%')
    .option('--alpha <p>', 'false regressions among those found', String(DEFAULT_OPTIONS.alpha))
    .addOption(
      new Option('--unit <name>', 'what is repeated').choices(['run', 'block']).default('run'),
    )
    .option('--min-block <time>', 'shortest steady stage or block that counts', `${MIN_BLOCK_S}s`)
    .option('--allow-inconclusive', 'exit 0 when inconclusive')
    .option('--allow-invalid', 'also runs that are INVALID or were not completed')
    .option('--allow-embedded', 'also runs against the embedded central system')
    .option('--allow-different', 'also runs of other scenarios or machines')
    .option('--json', 'as JSON')
    .option('--markdown', 'as a Markdown table');
  return addPairOptions(command)
    .addHelpText('after', HELP)
    .action(async (operands: readonly string[], flags: CompareFlags) => {
      context.consequence = 'nothing was compared.';
      const report = flags.ab
        ? await comparePairs(operands.filter(isNamed), flags, context)
        : compareFiles(operands, flags, context);
      context.exitCode = report.exitCode;
      await writeAll(context.io.stdout, [textOf(report, flags, context)]);
    });
}

const isNamed = (operand: string) => operand !== DIVIDER;

function addPairOptions(command: Command): Command {
  return command
    .option('--ab', 'run two targets in turn and compare them')
    .option('--pairs <n>', 'with --ab: runs of each target', '10')
    .option('--block <time>', 'with --ab: steady stage of each run', `${MIN_BLOCK_S}s`)
    .option('--out <folder>', 'with --ab: keeps the result files; must be new or empty')
    .option('--seed <n>', 'with --ab: of the first pair, the others count on')
    .option('--chargers <n>', 'with --ab: chargers in all')
    .option('--dialect <name>', 'with --ab: as-logged or standard')
    .option('--workers <n>', "with --ab: threads, or 'auto'")
    .option('--processes <n>', "with --ab: processes, or 'auto'")
    .option('--quiet', 'with --ab: no progress')
    .option('--no-color', 'no colours; NO_COLOR says the same');
}

function textOf(report: CompareReport, flags: CompareFlags, { stdoutLook }: Context): string {
  if (flags.json) return compareJson(report);
  return flags.markdown ? compareMarkdown(report) : compareText(report, stdoutLook);
}

function compareFiles(
  operands: readonly string[],
  flags: CompareFlags,
  context: Context,
): CompareReport {
  prepare({ color: flags.color }, context);
  const [base, next] = sidesOf(operands);
  const settings = settingsOf(flags);
  return compareRuns(base.map(openRun), next.map(openRun), settings);
}

export interface Settings {
  readonly primary: readonly string[] | null;
  readonly unit: 'run' | 'block';
  readonly allow: Allowances;
  readonly allowInconclusive: boolean;
  readonly margins: Pick<DecideOptions, 'margin' | 'shareMargin' | 'alpha'>;
}

export function settingsOf(flags: CompareFlags): Settings {
  for (const name of flags.primary ?? []) parseMetric(name);
  return {
    primary: flags.primary ?? null,
    unit: flags.unit,
    allowInconclusive: flags.allowInconclusive ?? false,
    allow: {
      invalid: flags.allowInvalid ?? false,
      embedded: flags.allowEmbedded ?? false,
      different: flags.allowDifferent ?? false,
      minBlockS: secondsOf('--min-block', flags.minBlock),
    },
    margins: {
      margin: shareOf('--margin', flags.margin),
      shareMargin: shareOf('--share-margin', flags.shareMargin),
      alpha: levelOf('--alpha', flags.alpha),
    },
  };
}

export function compareRuns(
  base: readonly ComparedRun[],
  next: readonly ComparedRun[],
  settings: Settings,
): CompareReport {
  const { allow, unit, primary } = settings;
  checkRuns(base, next, allow);
  const arrangement = arrange(base, next, unit);
  const { minBlockS } = allow;
  const values = valuesOf(arrangement, { primary, minBlockS });
  const { design } = arrangement;
  const options = { ...DEFAULT_OPTIONS, ...settings.margins, design };
  const decision = decide(values.primary, values.information, options);
  const short =
    minBlockS < MIN_BLOCK_S
      ? [`--min-block ${minBlockS}s: what happens every few seconds is luck in so short a time`]
      : [];
  return {
    decision,
    notes: [...values.notes, ...notesOnRuns([...base, ...next]), ...short],
    exitCode: exitCodeOf(decision.answer, settings.allowInconclusive),
  };
}

const AB_OPERANDS = 3;
const MOST_PAIRS = 1000;

async function comparePairs(
  operands: readonly string[],
  flags: CompareFlags,
  context: Context,
): Promise<CompareReport> {
  if (operands.length !== AB_OPERANDS) {
    throw new UserError(
      `--ab takes two targets and a scenario, there are ${operands.length} operands`,
      'ocpp-load compare --ab ws://old:9000/{id} ws://new:9000/{id} nightly.ts',
    );
  }
  const settings = settingsOf(flags);
  const [A, B, scenarioPath] = operands;
  const blockS = secondsOf('--block', flags.block);
  if (blockS < settings.allow.minBlockS) {
    throw new UserError(
      `--block ${flags.block} is shorter than ${settings.allow.minBlockS} s`,
      '--min-block lowers the limit, to try it out',
    );
  }
  const overrides = prepare(planFlags(flags), context);
  const stamp = new Date().toISOString().slice(0, 19).replaceAll(':', '-');
  const folder = flags.out ?? `ab-${stamp}`;
  const ran = await runPairs(
    {
      ...{ targets: { A, B }, scenarioPath, overrides, folder, blockS },
      pairs: countOf('--pairs', flags.pairs, 2, MOST_PAIRS),
      keepInvalid: settings.allow.invalid,
    },
    context,
  );
  context.consequence = 'the runs are kept; nothing was compared.';
  const report = compareRuns(ran.a, ran.b, settings);
  return {
    ...report,
    notes: [...report.notes, ...ran.notes],
    exitCode: ran.interrupted ? ExitCode.interrupted : report.exitCode,
  };
}

function planFlags(flags: CompareFlags): Flags {
  const { seed, chargers, dialect, workers, processes, quiet, color, env } = flags;
  return { seed, chargers, dialect, workers, processes, quiet, color, env };
}
