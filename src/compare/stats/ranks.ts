/** Ranks with ties: equal values share the mean of the ranks that they take together. */

/** From 1, in the order of `values`. */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Wilcoxon's signed ranks: ranks of the sizes, zeros ranked too but without weight (Pratt). */
export function signedRanks(differences: readonly number[]): number[] {
  const ranks = midRanks(differences.map(Math.abs));
  return differences.map((difference, i) => Math.sign(difference) * ranks[i]);
}

/** The sizes of the groups of equal values, for corrections of variances. */
export function tieSizes(values: readonly number[]): number[] {
  const sizes = new Map<number, number>();
  for (const value of values) sizes.set(value, (sizes.get(value) ?? 0) + 1);
  return [...sizes.values()].filter((size) => size > 1);
}

/** Of values in rising order; at least one. */
export function medianOfSorted(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1] + sorted[Math.floor(middle)]) / 2;
}

export const median = (values: readonly number[]): number =>
  medianOfSorted([...values].sort((a, b) => a - b));
