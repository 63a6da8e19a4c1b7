/** All shares of a run, judged together when they are merged: none of them could tell alone. */
import { ExitCode } from '../base/errors.ts';
import { mergeFooters } from '../result/merge.ts';
import type { ResultFile, ResultFooter, ResultHeader, ResultShare } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import { checkFates } from '../snapshot/check-fates.ts';
import { addDelta } from '../snapshot/delta.ts';
import { emptySnapshot, runCounter } from '../snapshot/snapshot.ts';
import { type Evaluator, thresholdEvaluator } from '../thresholds/evaluate.ts';
import type { ThresholdResult } from '../thresholds/types.ts';
import type { Look } from './look.ts';
import {
  bootedText,
  decided,
  type ExitCause,
  missingText,
  type Outcome,
  unsoundText,
} from './outcome.ts';
import { shareName } from './share.ts';
import { verdictLines } from './text.ts';
import { failedThresholds, summaryOf, thresholdsSection } from './thresholds.ts';

type Footer = Omit<ResultFooter, 'intervals'>;

export interface SharesJudge {
  /** Takes each merged interval, in their order. */
  add(interval: Interval): void;
  end(): { readonly footer: Footer; readonly outcome: Outcome };
}

/** A share that came to its end. */
type Ended = ResultFile & {
  readonly header: { readonly share: ResultShare };
  readonly footer: ResultFooter;
};

/**
 * @param header the merged one.
 * @param results all shares of one run.
 * @returns null when one of them was killed.
 */
export function sharesJudge(
  header: ResultHeader,
  results: readonly ResultFile[],
): SharesJudge | null {
  const shares = results.filter(
    (each): each is Ended => each.header.share !== undefined && each.footer !== null,
  );
  if (shares.length < results.length) return null;
  const footer = mergeFooters(shares.map(named));
  if (footer === null) return null;
  const total = emptySnapshot(header.fleets.length);
  const thresholds = evaluatorOf(header, shares[0].header.share);
  const drainsFromS = Math.min(...shares.map((each) => lengthS(each.footer)));
  return {
    add(interval) {
      addDelta(total, interval.delta);
      thresholds.add({ ...interval, drains: interval.toS >= drainsFromS });
    },
    end() {
      const booted = runCounter(total, 'booted');
      const results = thresholds.results(footer.steadyS);
      const outcome = outcomeOfShares(shares, footer, {
        chargers: { planned: header.chargerCount, booted },
        thresholds: results,
        broken: checkFates(total),
      });
      const { exitCode, causes } = outcome;
      return { footer: { ...footer, exitCode, causes, thresholds: results }, outcome };
    },
  };
}

/** Until its drain. */
const lengthS = ({ rampS, warmupS, steadyS }: Footer) => rampS + warmupS + steadyS;

/** What is to be said of one share alone says which. */
function named({ header, footer }: Ended): Footer {
  const name = shareName(header.share);
  const own = <T extends { readonly text: string }>(all: readonly T[]) =>
    all.map((each) => ({ ...each, text: `${name}: ${each.text}` }));
  const { verdict, events } = footer;
  return {
    ...footer,
    verdict: { ...verdict, findings: own(verdict.findings) },
    events: own(events),
  };
}

/** They end no run any more, whatever the scenario says. */
function evaluatorOf(
  { fleets, chargerCount, stages }: ResultHeader,
  share: ResultShare,
): Evaluator {
  const { add, results } = thresholdEvaluator({
    thresholds: share.thresholds.map((each) => ({ ...each, abortOnFail: false })),
    fleets: fleets.map(({ name }) => name),
    chargers: chargerCount,
    steadyFromS: stages.rampS + stages.warmupS,
  });
  const written = (result: ThresholdResult, i: number) => ({
    ...result,
    threshold: share.thresholds[i],
  });
  return { add, results: (steadyS) => results(steadyS).map(written) };
}

interface Facts {
  readonly chargers: { readonly planned: number; readonly booted: number };
  readonly thresholds: readonly ThresholdResult[];
  readonly broken: readonly string[];
}

/** As `outcomeOf` does of a run that was never split. */
function outcomeOfShares(shares: readonly Ended[], footer: Footer, facts: Facts): Outcome {
  const { share } = shares[0].header;
  const complete = footer.ending === 'completed';
  const summaries = facts.thresholds.map((each) => summaryOf(each, footer.steadyS, false));
  const [sums] = facts.broken;
  const own: [ExitCode, string][] = [
    [
      ExitCode.internal,
      sums === undefined ? '' : `the sums do not agree, a fault of ocpp-load: ${sums}`,
    ],
    [ExitCode.invalid, unsoundText(footer.verdict, share.strict)],
    [ExitCode.thresholds, failedThresholds(summaries, complete)],
    [ExitCode.thresholds, complete ? missingText(facts, share.allowedBootFailures) : ''],
  ];
  const causes = [
    ...shares.flatMap(causesOf),
    ...own.filter(([, text]) => text !== '').map(([exitCode, text]) => ({ exitCode, text })),
  ];
  return decided(causes, bootedText(facts));
}

/** What went wrong with a share, but for its generator: that is judged with all the others. */
function causesOf({ header, footer }: Ended): ExitCause[] {
  const { exitCode, causes, summary } = footer;
  if (exitCode === ExitCode.ok) return [];
  const told = (summary?.['outcome'] as { causes?: ExitCause[] } | undefined)?.causes;
  return (told ?? causes.map((text): ExitCause => ({ exitCode: exitCode as ExitCode, text })))
    .filter((cause) => cause.exitCode !== ExitCode.invalid)
    .map((cause) => ({ ...cause, text: `${shareName(header.share)}: ${cause.text}` }));
}

/** The verdict on all shares, as lines of text. */
export function sharesText(footer: Footer, outcome: Outcome, look: Look): string {
  const thresholds = footer.thresholds.map((each) => summaryOf(each, footer.steadyS, false));
  const sections = [verdictLines(footer, outcome, look), thresholdsSection(thresholds, look)];
  const text = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `\n${text.join('\n\n')}\n`;
}
