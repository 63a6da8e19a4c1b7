/** A broken invariant of ours (never a user's mistake): ends the run with exit code 109. */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}

/** Throws `InternalError` unless `condition` holds. Name the charger and the seed in `message`. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message);
}
