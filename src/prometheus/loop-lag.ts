/**
 * How late the event loop of the main thread is, from the watch of the run, which wakes up anyway:
 * Node's own monitor does so a hundred times a second, and searches all its buckets at every look.
 */

/** In seconds. */
export interface LoopLag {
  readonly last: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

/** A minute and more of them: who looks more rarely is told of the last. */
const MOST_SAMPLES = 256;

export interface LagSamples {
  /** The latest, ms. */
  add(lagMs: number): void;
  /** Of what was added since the call before, where there was any; null: nothing yet. */
  read(): LoopLag | null;
}

export function lagSamples(): LagSamples {
  let samples: number[] = [];
  let lag: LoopLag | null = null;
  return {
    add(lagMs) {
      if (samples.length === MOST_SAMPLES) samples.shift();
      samples.push(lagMs / 1000);
    },
    read() {
      if (samples.length > 0) lag = lagOf(samples);
      samples = [];
      return lag;
    },
  };
}

/** @param samples at least one, in the order in which they were taken. */
export function lagOf(samples: readonly number[]): LoopLag {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1];
  const mean = sorted.reduce((sum, lag) => sum + lag, 0) / sorted.length;
  const variance = sorted.reduce((sum, lag) => sum + (lag - mean) ** 2, 0) / sorted.length;
  return {
    last: samples[samples.length - 1],
    min: sorted[0],
    max: sorted[sorted.length - 1],
    mean,
    stddev: Math.sqrt(variance),
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
  };
}
