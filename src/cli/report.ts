import { Command } from 'commander';
import { UserError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';
import { reportPage } from '../html/page.ts';
import { recordedView } from '../html/recorded.ts';
import { formatClock } from '../report/numbers.ts';
import { partSummary } from '../report/part.ts';
import { partText } from '../report/part-text.ts';
import { openResult } from '../result/reader.ts';
import {
  isIn,
  partOf,
  STAGE_VALUES,
  valuesOf,
  WHERE_LABELS,
  type Where,
  type WhereLabel,
  type Window,
} from '../result/select.ts';
import type { ResultFile, ResultFooter } from '../result/types.ts';
import { show } from '../scenario/show.ts';
import { comparedInput, comparedRun } from './compared.ts';
import type { Context } from './context.ts';
import { noteText } from './errors.ts';
import { checkOutputs, writeExport } from './export.ts';
import { collect, momentOf } from './flag-values.ts';
import { writeAll } from './io.ts';
import { recordings } from './recordings.ts';

const HELP = `
Examples:
  ocpp-load report run.olr
  ocpp-load report run.olr --from 2m --to 5m --where action=Authorize
  ocpp-load report run.olr --where fleet=depot --where stage=steady --json
  ocpp-load report run.olr --csv seconds.csv --hlog run.hlog
  ocpp-load report run.olr --html run.html --compare yesterday.olr

Percentiles are those of exactly the CALLs that were cut out, not averages of percentiles.
--where knows action, fleet and stage (steady or other); one of several values of a label
is enough, and every label must fit. --csv and --hlog hold every CALL of the time cut out;
--html shows the whole run.

Exit codes:
  0    the report was printed, whatever the run's own exit code was
  104  the file cannot be read, or nothing of the run fits
`;

interface ReportFlags {
  readonly from?: string;
  readonly to?: string;
  readonly where?: readonly string[];
  readonly json?: boolean;
  readonly csv?: string;
  readonly hlog?: string;
  readonly html?: string;
  readonly compare?: string;
}

export function reportCommand(context: Context): Command {
  return new Command('report')
    .description('Print the report of a recorded run, or cut a part of it out exactly')
    .argument('<file>', 'written by `ocpp-load run --out`')
    .option('--from <time>', 'since the start of the run, such as 90s or 2m')
    .option('--to <time>', 'the same')
    .option('--where <label=value>', 'only these CALLs; may be repeated', collect)
    .option('--json', 'as JSON')
    .option('--csv <file>', 'a row a second')
    .option('--hlog <file>', 'a log of HdrHistogram, a line a second and latency')
    .option('--html <file>', 'the whole run as an HTML page')
    .option('--compare <file>', 'a result file that --html shows beside it')
    .addHelpText('after', HELP)
    .action(async (file: string, flags: ReportFlags) => {
      context.consequence = 'nothing was reported.';
      await report(openResult(file), flags, context);
    });
}

async function report(result: ResultFile, flags: ReportFlags, context: Context): Promise<void> {
  const { io, stdoutLook, stderrLook } = context;
  checkOutputs(
    { '--csv': flags.csv, '--hlog': flags.hlog, '--html': flags.html },
    { 'the recorded run': result.file, ...comparedInput(flags.compare) },
  );
  if (flags.html !== undefined) refuseCut(flags);
  const base = comparedRun(flags.compare, { '--html': flags.html });
  const window = windowOf(flags);
  const where = whereOf(flags.where ?? [], result);
  const part = partOf(result, window, where);
  if (part === null) throw nothingIn(window, result);
  for (const warning of result.warnings) io.stderr.write(noteText(warning, stderrLook));
  exportPart(result, window, flags);
  if (flags.html !== undefined) {
    writeExport(flags.html, reportPage(recordedView(result), base), '--html');
  }
  const summary = partSummary(result, part, where);
  const text = flags.json ? `${JSON.stringify(summary, null, 2)}\n` : partText(summary, stdoutLook);
  await writeAll(io.stdout, [text]);
}

/** A page of a part that looks like one of the run would be taken for it. */
function refuseCut({ from, to, where }: ReportFlags): void {
  const cut = from !== undefined ? '--from' : to !== undefined ? '--to' : where && '--where';
  if (cut === undefined) return;
  throw new UserError(
    `--html shows the whole run, not what ${cut} cuts out`,
    'leave one of the two out; the charts of the page can be zoomed',
  );
}

function exportPart(result: ResultFile, window: Window, { csv, hlog }: ReportFlags): void {
  const records = recordings({ csv, hlog }, () => {});
  records.start(result.header);
  for (const interval of result.intervals()) {
    if (isIn(window, interval)) records.interval(interval);
    else records.pass(interval);
  }
  records.end({} as ResultFooter);
  for (const error of records.errors()) throw error;
}

function windowOf({ from, to }: ReportFlags): Window {
  const fromS = from === undefined ? 0 : momentOf('--from', from);
  const toS = to === undefined ? Number.POSITIVE_INFINITY : momentOf('--to', to);
  if (fromS < toS) return { fromS, toS };
  throw new UserError(`--from ${from ?? '0s'} is not before --to ${to}`, 'swap them');
}

/** @throws UserError for a label or a value that the run does not have, with the nearest. */
function whereOf(texts: readonly string[], { header }: ResultFile): Where {
  const where: Partial<Record<WhereLabel, string[]>> = {};
  for (const text of texts) {
    const [, name, value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined) {
      throw new UserError(`--where ${show(text)} has no label`, WHERE_FORM);
    }
    const label = WHERE_LABELS.find((each) => each === name);
    if (label === undefined) {
      throw unknownWord(`--where: there is no label ${show(name)}`, name, WHERE_LABELS);
    }
    const values = valuesOf(label, header);
    if (!values.includes(value)) {
      if (label === 'stage') throw unknownStage(value);
      throw unknownWord(`--where: there is no ${label} ${show(value)}`, value, values);
    }
    where[label] = [...(where[label] ?? []), value];
  }
  return where;
}

const unknownStage = (value: string) =>
  new UserError(
    `--where: there is no stage ${show(value)}`,
    `there is ${STAGE_VALUES.join(', ')}: CALLs are kept as steady, or as other for ` +
      'ramp, warm-up and drain together; --from and --to cut out by time',
  );

const WHERE_FORM = 'it takes label=value, such as action=Authorize, fleet=depot or stage=steady';
const LISTED = 6;

function unknownWord(wrong: string, word: string, known: readonly string[]): UserError {
  const near = nearest(word, known);
  const list = known.slice(0, LISTED).join(', ') + (known.length > LISTED ? ', ...' : '');
  return new UserError(
    wrong,
    near === undefined ? `there is ${list}` : `did you mean \`${near}\`?`,
  );
}

function nothingIn({ fromS, toS }: Window, result: ResultFile): UserError {
  const last = [...result.intervals()].at(-1);
  if (last === undefined) {
    return new UserError(`${result.file} holds no second of its run`, 'repeat the run');
  }
  const to = toS === Number.POSITIVE_INFINITY ? 'on' : `to ${formatClock(toS)}`;
  return new UserError(
    `nothing was recorded from ${formatClock(fromS)} ${to}`,
    fromS < last.toS
      ? 'whole seconds are kept, where their middle is: cut out one at least'
      : `the run was recorded until ${formatClock(last.toS)}`,
  );
}
