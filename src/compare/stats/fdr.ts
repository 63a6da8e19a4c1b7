/**
 * Benjamini and Hochberg (1995): each p adjusted, so that those at most `q` hold at most that share
 * of false discoveries. Theirs and not Benjamini and Yekutieli's, which holds under any dependence
 * at twice the price for four tests: figures of the same runs rise and fall together, and for that
 * it holds as it is (positive regression dependence, Benjamini and Yekutieli 2001).
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const count = pValues.length;
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b] - pValues[a]);
  const adjusted = new Array<number>(count);
  let smallest = 1;
  for (const [i, place] of order.entries()) {
    smallest = Math.min(smallest, (pValues[place] * count) / (count - i));
    adjusted[place] = smallest;
  }
  return adjusted;
}
