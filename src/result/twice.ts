/** Whether a run is there twice, under whatever name: its figures would count twice. */

/** The first two of the same mark; null when all differ. */
export function sameRuns<T>(
  runs: readonly T[],
  markOf: (run: T) => string,
): readonly [T, T] | null {
  const seen = new Map<string, T>();
  for (const run of runs) {
    const mark = markOf(run);
    const other = seen.get(mark);
    if (other !== undefined) return [other, run];
    seen.set(mark, run);
  }
  return null;
}
