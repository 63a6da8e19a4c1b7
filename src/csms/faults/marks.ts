/** What faults remember of a charger. */

export interface Marks {
  /** CALLs in the second that began at `secondMs`. */
  secondMs: number;
  calls: number;
  /** Attempts refused so far, by action and payload; `MAX_ATTEMPTED` messages at most. */
  readonly attempts: Map<string, number>;
  /** Answers by message id, of all its connections; `MAX_CACHED` at most. */
  readonly answers: Map<string, string>;
}
export const MAX_ATTEMPTED = 1_000;
export const MAX_CACHED = 1_000;

export const emptyMarks = (): Marks => ({
  secondMs: Number.NEGATIVE_INFINITY,
  calls: 0,
  attempts: new Map(),
  answers: new Map(),
});
