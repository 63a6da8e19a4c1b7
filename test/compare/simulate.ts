/**
 * Comparisons of runs that never happened, made of blocks that did: `blocks.json` holds what 30 s
 * of real runs against one and the same target measured, in time order (see `record.ts`).
 *
 * A pair is two blocks that followed each other, from a random place on: what makes neighbours
 * alike stays in. A shift multiplies the times of one side, as a target that takes so much longer
 * for everything would. With 300 boots a run, too few for it, boot p95 does not decide.
 */
import { randomStream } from '../../src/base/random.ts';
import {
  type Answer,
  DEFAULT_OPTIONS,
  decide,
  type MetricValues,
} from '../../src/compare/decide.ts';
import { parseMetric } from '../../src/compare/metrics.ts';
import recorded from './blocks.json' with { type: 'json' };

/** What a comparison of such runs goes by. */
const DECIDING = ['service p95', 'response p99', 'failed share'] as const;

type Block = Readonly<Record<(typeof DECIDING)[number], number>>;

/** By recorder; within one in time order. */
const SERIES: readonly (readonly Block[])[] = recorded.series;
export const BLOCKS = SERIES.flat();

export interface Simulation {
  readonly pairs: number;
  /** 1.15: the second side takes 15 % longer. */
  readonly shift: number;
  readonly simulations: number;
  readonly seed: number;
}

export type Counts = Readonly<Record<Answer, number>>;

export function simulate({ pairs, shift, simulations, seed }: Simulation): Counts {
  const random = randomStream(seed);
  const counts = { regression: 0, noRegression: 0, inconclusive: 0 };
  for (let i = 0; i < simulations; i++) {
    const drawn = Array.from({ length: pairs }, (_, pair) => drawPair(random, pair));
    const metrics = DECIDING.map((name): MetricValues => {
      const { kind } = parseMetric(name);
      const factor = kind === 'time' ? shift : 1;
      const base = drawn.map(([before]) => before[name]);
      return { name, kind, base, next: drawn.map(([, after]) => after[name] * factor) };
    });
    counts[decide(metrics, [], { ...DEFAULT_OPTIONS, design: 'pairs', seed: i }).answer]++;
  }
  return counts;
}

/** ABBA: in every second pair the later block is that of the base. */
function drawPair(random: () => number, pair: number): readonly [Block, Block] {
  const series = SERIES[Math.floor(random() * SERIES.length)];
  const at = Math.floor(random() * (series.length - 1));
  const [first, second] = [series[at], series[at + 1]];
  return pair % 2 === 0 ? [first, second] : [second, first];
}
