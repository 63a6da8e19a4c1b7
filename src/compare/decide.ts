/**
 * From figures a run to one of three answers. Both questions are asked against a margin: a build
 * that is surely slower, but by less than anybody minds, is no regression.
 *
 *   regression     for one primary metric or more it is shown that the change is above the margin;
 *                  the false discovery rate over the primary metrics is at most `alpha`
 *   no regression  for each primary metric it is shown that the change is below the margin, with an
 *                  error of at most `beta`: all must agree, so none needs a correction
 *   inconclusive   neither
 */
import { benjaminiHochberg } from './stats/fdr.ts';
import { type MarginTest, testPairs, testSamples, testSeries } from './stats/margin.ts';
import { median } from './stats/ranks.ts';
import { runsNeeded, smallestP, smallestPairedP } from './stats/reach.ts';

/** How the values of both sides belong together. */
export type Design =
  | 'pairs' // the i-th of each side had the same seed
  | 'runs' // independent
  | 'blocks'; // of few runs, in time order: neighbours may be alike

export interface MetricValues {
  readonly name: string;
  /** Times are compared by their ratio, shares by their difference. */
  readonly kind: 'time' | 'share';
  /** A figure a run or block: ms above 0, or shares. */
  readonly base: readonly number[];
  readonly next: readonly number[];
}

export interface DecideOptions {
  readonly design: Design;
  /** 0.05: times may grow by 5 %. */
  readonly margin: number;
  /** 0.001: shares may grow by 0.1 percentage points. */
  readonly shareMargin: number;
  readonly alpha: number;
  readonly beta: number;
  /** Of what has to be drawn. */
  readonly seed: number;
}

export const DEFAULT_OPTIONS = {
  ...{ margin: 0.05, shareMargin: 0.001, alpha: 0.01, beta: 0.05, seed: 1 },
} as const satisfies Omit<DecideOptions, 'design'>;

export type Change = 'worse' | 'unchanged' | 'inconclusive';

export interface MetricResult {
  readonly name: string;
  readonly kind: 'time' | 'share';
  /** Medians. */
  readonly base: number;
  readonly next: number;
  /** Of times the relative change, 0.16 for 16 % more; of shares the difference. */
  readonly change: number;
  readonly low: number;
  readonly high: number;
  /** What the interval covers; below 0.95 with few runs. */
  readonly confidence: number;
  /** p of "no more than the margin"; adjusted to the false discovery rate where it decides. */
  readonly worseP: number;
  readonly adjustedWorseP: number;
  /** p of "no less than the margin". */
  readonly unchangedP: number;
  readonly answer: Change;
}

export type Answer = 'regression' | 'noRegression' | 'inconclusive';

export interface Decision {
  readonly answer: Answer;
  readonly design: Design;
  readonly options: DecideOptions;
  /** Values on each side: pairs, runs or blocks. */
  readonly counts: readonly [base: number, next: number];
  readonly primary: readonly MetricResult[];
  readonly information: readonly MetricResult[];
  /** What keeps so few from an answer, and how many would do. */
  readonly reach: Reach;
}

export interface Reach {
  /** The smallest p that these numbers can give. */
  readonly smallestP: number;
  /** On each side, for a regression in one primary metric alone; null: there are enough. */
  readonly neededForOne: number | null;
  /** The same for one in all of them. */
  readonly neededForAll: number | null;
  readonly neededForUnchanged: number | null;
}

/** All metrics have the same numbers of values: one at least on each side. */
export function decide(
  primary: readonly MetricValues[],
  information: readonly MetricValues[],
  options: DecideOptions,
): Decision {
  const tests = primary.map((metric) => testOf(metric, options));
  const adjusted = benjaminiHochberg(tests.map(({ aboveP }) => aboveP));
  const results = primary.map((metric, i) => resultOf(metric, tests[i], adjusted[i], options));
  const shown = information.map((metric) => {
    const test = testOf(metric, options);
    return resultOf(metric, test, test.aboveP, options);
  });
  const { base, next } = primary[0];
  return {
    answer: answerOf(results),
    ...{ design: options.design, options, primary: results, information: shown },
    counts: [base.length, next.length],
    reach: reachOf(base.length, next.length, primary.length, options),
  };
}

const answerOf = (results: readonly MetricResult[]): Answer => {
  if (results.some(({ answer }) => answer === 'worse')) return 'regression';
  return results.every(({ answer }) => answer === 'unchanged') ? 'noRegression' : 'inconclusive';
};

function testOf({ kind, base, next }: MetricValues, options: DecideOptions): MarginTest {
  const scale = (values: readonly number[]) => (kind === 'time' ? values.map(Math.log) : values);
  const margin = kind === 'time' ? Math.log1p(options.margin) : options.shareMargin;
  const [before, after] = [scale(base), scale(next)];
  if (options.design === 'pairs') return testPairs(before, after, margin, options.seed);
  if (options.design === 'runs') return testSamples(before, after, margin);
  return testSeries(before, after, margin, options.seed);
}

function resultOf(
  { name, kind, base, next }: MetricValues,
  test: MarginTest,
  adjustedWorseP: number,
  { alpha, beta }: DecideOptions,
): MetricResult {
  const back = kind === 'time' ? Math.expm1 : (shift: number) => shift;
  const small = test.belowP <= beta ? 'unchanged' : 'inconclusive';
  return {
    ...{ name, kind, base: median(base), next: median(next) },
    ...{ change: back(test.shift), low: back(test.low), high: back(test.high) },
    confidence: test.confidence,
    ...{ worseP: test.aboveP, adjustedWorseP, unchangedP: test.belowP },
    answer: adjustedWorseP <= alpha ? 'worse' : small,
  };
}

function reachOf(base: number, next: number, metrics: number, options: DecideOptions): Reach {
  const { design, alpha, beta } = options;
  const paired = design === 'pairs';
  const smallest = paired ? smallestPairedP(base) : smallestP(base, next);
  const needed = (p: number) => (smallest <= p ? null : runsNeeded(paired, p));
  return {
    smallestP: smallest,
    neededForOne: needed(alpha / metrics),
    neededForAll: needed(alpha),
    neededForUnchanged: needed(beta),
  };
}
