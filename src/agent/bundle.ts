import { joinBundle } from '../bundle/pieces.ts';
import type { BusError, RunSpace } from '../bus/bus.ts';
import type { BundleMark } from '../share/records.ts';
import { bundleKey } from '../share/subjects.ts';
import type { Left } from './gate.ts';

export interface FetchOptions {
  /** Resolves when it is time to try again. */
  readonly again: () => Promise<void>;
  /** Not null: it is not wanted any more. */
  readonly left: () => Left | null;
}

/**
 * All pieces of a bundle, checked; what the bus does not give is asked for again.
 * @throws Left, and UserError for a bundle that is not what the record says.
 */
export async function fetchBundle(
  space: RunSpace,
  mark: BundleMark,
  { again, left }: FetchOptions,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  while (pieces.length < mark.chunks) {
    const reason = left();
    if (reason !== null) throw reason;
    try {
      const entry = await space.get(bundleKey(pieces.length));
      if (entry === null) break;
      pieces.push(entry.value);
    } catch (error) {
      if (!['away', 'timeout'].includes((error as BusError).fault)) throw error;
      await again();
    }
  }
  return joinBundle(pieces, mark);
}
