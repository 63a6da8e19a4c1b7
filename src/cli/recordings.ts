/** The files that a run writes: --out, --csv, --hlog, --ledger as it goes, --report at its end. */
import { UserError } from '../base/errors.ts';
import { reportPage } from '../html/page.ts';
import { recorder } from '../html/recorded.ts';
import { LEDGER_HEADER } from '../ledger/row.ts';
import { CSV_HEADER, csvRows } from '../result/csv.ts';
import { hlogHeader, hlogLines } from '../result/hlog.ts';
import { type PartFile, partFile } from '../result/part-file.ts';
import type { ResultFooter, ResultHeader } from '../result/types.ts';
import { resultWriter } from '../result/writer.ts';
import type { Interval } from '../series/interval.ts';
import type { RunView } from '../view/run-view.ts';
import type { Overrides } from './overrides.ts';

type Footer = Omit<ResultFooter, 'intervals'>;

export interface Recordings {
  /** @throws UserError when a file cannot be opened. */
  start(header: ResultHeader): void;
  /** Never throws: a run does not end because a disk is full. */
  interval(interval: Interval): void;
  /** Counts an interval without writing it: what comes later may show sums. */
  pass(interval: Interval): void;
  /** Whole rows of the ledger, in the file when it returns; null without --ledger. */
  readonly rows: ((text: string) => void) | null;
  end(footer: Footer): void;
  /** The run has no result: tells where the parts are that were written. */
  abandon(): void;
  /** Of each file that could not be written. */
  errors(): UserError[];
}

type Paths = Pick<Overrides, 'out' | 'csv' | 'hlog' | 'ledger' | 'report'>;

/**
 * @param say tells the user something while the run goes on.
 * @param base the run that the page of --report compares this one with.
 */
export function recordings(
  paths: Paths,
  say: (text: string) => void,
  base: RunView | null = null,
): Recordings {
  const files: Recording[] = [];
  return {
    start(header) {
      for (const [flag, file, format] of [
        ['--out', paths.out, olr],
        ['--csv', paths.csv, csv],
        ['--hlog', paths.hlog, hlog],
        ['--report', paths.report, htmlOf(base)],
        ['--ledger', paths.ledger, ledger],
      ] as const) {
        if (file !== undefined) files.push(recording(flag, file, { format, header, say }));
      }
    },
    interval(interval) {
      for (const file of files) file.add(interval);
    },
    pass(interval) {
      for (const file of files) file.pass(interval);
    },
    rows:
      paths.ledger === undefined
        ? null
        : (text) => {
            for (const file of files) file.rows(text);
          },
    end(footer) {
      for (const file of files) file.end(footer);
    },
    abandon() {
      for (const file of files) file.abandon();
    },
    errors: () => files.map(({ error }) => error()).filter((error) => error !== null),
  };
}

interface Lines {
  add(interval: Interval): void;
  pass(interval: Interval): void;
  rows(text: string): void;
  end(footer: Footer): void;
  /** Nothing is written before the end. */
  readonly leavesNothing?: boolean;
}

const NOTHING: Lines = { add() {}, pass() {}, rows() {}, end() {} };

type Format = (header: ResultHeader, append: PartFile['append']) => Lines;

const olr: Format = (header, append) => ({ ...NOTHING, ...resultWriter(header, append) });

const csv: Format = ({ fleets }, append) => {
  const row = csvRows(fleets.length);
  append(CSV_HEADER);
  return { ...NOTHING, add: (interval) => append(row(interval)), pass: row };
};

const hlog: Format = ({ fleets, startedAt }, append) => {
  const lines = hlogLines(fleets.length);
  append(hlogHeader(startedAt));
  return { ...NOTHING, add: (interval) => append(lines(interval)) };
};

const ledger: Format = (_header, append) => {
  append(LEDGER_HEADER);
  return { ...NOTHING, rows: append };
};

/** Written when the run is over. Of one that was killed nothing is left but --out. */
const htmlOf =
  (base: RunView | null): Format =>
  (header, append) => {
    const { add, end } = recorder(header);
    return {
      ...NOTHING,
      add,
      end: (footer) => append(reportPage(end(footer), base)),
      leavesNothing: true,
    };
  };

interface Recording extends Omit<Lines, 'leavesNothing'> {
  abandon(): void;
  error(): UserError | null;
}

interface How {
  readonly format: Format;
  readonly header: ResultHeader;
  readonly say: (text: string) => void;
}

/** After the first error nothing more is written, and the part that was is removed. */
function recording(flag: string, file: string, { format, header, say }: How): Recording {
  const { part, lines } = opened(flag, file, { format, header });
  let wrong: UserError | null = null;
  const attempt = (write: () => void) => {
    if (wrong !== null) return;
    try {
      write();
    } catch (error) {
      wrong = unwritable(flag, file, error);
      part.discard();
      say(`${wrong.message}; the run goes on without it`);
    }
  };
  return {
    add: (interval) => attempt(() => lines.add(interval)),
    pass: lines.pass,
    rows: (text) => attempt(() => lines.rows(text)),
    end: (footer) =>
      attempt(() => {
        lines.end(footer);
        part.keep();
      }),
    abandon() {
      if (lines.leavesNothing) part.discard();
      else if (wrong === null) say(`what was recorded is in ${part.partPath}`);
    },
    error: () => wrong,
  };
}

function opened(flag: string, file: string, { format, header }: Omit<How, 'say'>) {
  let part: PartFile | null = null;
  try {
    part = partFile(file);
    return { part, lines: format(header, part.append) };
  } catch (error) {
    part?.discard();
    throw unwritable(flag, file, error);
  }
}

function unwritable(flag: string, file: string, error: unknown): UserError {
  const { code = String(error) } = error as NodeJS.ErrnoException;
  return new UserError(
    `${flag} ${file}: could not be written (${code})`,
    'choose a place with room that you may write to, and repeat the run for the file',
  );
}
