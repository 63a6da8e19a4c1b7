/** The moving-block bootstrap (Kuensch 1989): for series whose neighbours are alike. */
import { randomStream } from '../../base/random.ts';

export interface BootstrapOptions {
  readonly blockLength: number;
  readonly draws: number;
  readonly seed: number;
}

/**
 * The cube root of the length, rounded up: the rate at which blocks must grow for the variance of
 * a mean to be estimated best (Hall, Horowitz and Jing 1995).
 */
export const blockLengthFor = (length: number): number => Math.max(1, Math.ceil(Math.cbrt(length)));

/** `statistic` of `draws` series made of blocks of this one, each as long as it. */
export function movingBlockBootstrap(
  series: readonly number[],
  statistic: (values: readonly number[]) => number,
  { blockLength, draws, seed }: BootstrapOptions,
): number[] {
  const random = randomStream(seed);
  const length = Math.min(blockLength, series.length);
  const starts = series.length - length + 1;
  return Array.from({ length: draws }, () => {
    const drawn: number[] = [];
    while (drawn.length < series.length) {
      const start = Math.floor(random() * starts);
      drawn.push(...series.slice(start, start + length));
    }
    return statistic(drawn.slice(0, series.length));
  });
}

/** Linear between the order statistics (type 7 of Hyndman and Fan, as R and NumPy have it). */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
}
