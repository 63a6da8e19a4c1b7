/** `--parts`: what each share counted, as a result file of its own. */
import path from 'node:path';
import { ExitCode } from '../base/errors.ts';
import type { Ending } from '../fleet/result.ts';
import { SOUND } from '../health/verdict.ts';
import type { Plan } from '../plan/plan.ts';
import { type PartFile, partFile } from '../result/part-file.ts';
import type { ResultFooter } from '../result/types.ts';
import { type ResultWriter, resultWriter } from '../result/writer.ts';
import type { Interval } from '../series/interval.ts';
import type { Delta } from '../snapshot/delta.ts';
import { timesUntil } from './ends.ts';
import type { LogListener } from './log.ts';
import type { Tenure } from './shares.ts';
import { lostText } from './words.ts';

export interface Parts extends Pick<LogListener, 'hold' | 'part' | 'over'> {
  /** Of those that could not be written, a sentence each. */
  problems(): readonly string[];
}

interface Part {
  readonly file: PartFile;
  readonly writer: ResultWriter;
  /** Where the next second begins. */
  next: Pick<Interval, 'index' | 'toS' | 'stage'>;
}

/** A part that was lost is one that was cut short. Never throws. */
export function partsIn(folder: string, plan: Plan, say: (text: string) => void): Parts {
  const parts = new Map<number, Part>();
  const problems: string[] = [];
  const attempt = (tenure: Tenure, write: () => void) => {
    try {
      write();
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException;
      parts.get(tenure.number)?.file.discard();
      parts.delete(tenure.number);
      const problem = `--parts ${partName(tenure)}: could not be written (${code})`;
      problems.push(problem);
      say(`${problem}; the run goes on without it`);
    }
  };
  return {
    hold(tenure) {
      const { header } = tenure;
      if (header === null) return;
      attempt(tenure, () => {
        const file = partFile(path.join(folder, partName(tenure)));
        // Never made coarser: their sum is to be the whole run, second by second.
        const writer = resultWriter(header, file.append, Number.POSITIVE_INFINITY);
        parts.set(tenure.number, { file, writer, next: { index: 0, toS: 0, stage: 'starting' } });
      });
    },
    part(tenure, what) {
      const part = parts.get(tenure.number);
      if (part === undefined) return;
      const interval = 'delta' in what ? what : closing(what, part);
      part.next = { index: interval.index + 1, toS: interval.toS, stage: interval.stage };
      attempt(tenure, () => part.writer.add(interval));
    },
    over(tenure) {
      const part = parts.get(tenure.number);
      if (part === undefined) return;
      attempt(tenure, () => {
        part.writer.end(footerOf(plan, tenure, part.next));
        part.file.keep();
      });
    },
    problems: () => problems,
  };
}

/** `share-1.olr`; of a share that was given away again `share-1-epoch-2.olr`. */
const partName = ({ share, epoch }: Tenure) =>
  `share-${share + 1}${epoch > 1 ? `-epoch-${epoch}` : ''}.olr`;

/** What had not ended when the share was lost, at its end. */
const closing = (delta: Delta, { next: { index, toS, stage } }: Part): Interval => ({
  ...{ index, fromS: toS, toS, stage, delta, health: null },
});

type Footer = Omit<ResultFooter, 'intervals'>;

const EXIT_CODES: Readonly<Record<Ending, number>> = {
  completed: ExitCode.ok,
  interrupted: ExitCode.interrupted,
  gaveUp: ExitCode.thresholds,
  failedThreshold: ExitCode.thresholds,
  aborted: ExitCode.aborted,
  scriptError: ExitCode.scenarioException,
  shardError: ExitCode.internal,
};

/** Thresholds, events and the summary are of the whole run. */
function footerOf(plan: Plan, tenure: Tenure, { index }: Part['next']): Footer {
  const { end, state } = tenure;
  const rest = { thresholds: [], events: [], summary: null };
  const cut = state !== 'ended' && lostText(tenure);
  const causes = [cut || `share ${tenure.share + 1} of the run`];
  if (end === null) {
    const ending: Ending = 'interrupted';
    const times = timesUntil(plan, index);
    const exitCode = EXIT_CODES[ending];
    return { ending, exitCode, causes, ...times, peakConnected: 0, verdict: SOUND, ...rest };
  }
  const { ending, verdict, generator: _, error: __, leaseLost: ___, ...facts } = end;
  const unsound = ending === 'completed' && verdict.trust === 'INVALID';
  const exitCode = unsound ? ExitCode.invalid : EXIT_CODES[cut ? 'interrupted' : ending];
  return { ending, exitCode, causes, ...facts, verdict, ...rest };
}
