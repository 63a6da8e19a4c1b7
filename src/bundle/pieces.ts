/** A bundle in pieces that a bus keeps as single messages. */
import { UserError } from '../base/errors.ts';
import { sha256 } from '../plan/mark.ts';
import type { BundleMark } from '../share/records.ts';

export const PIECE_BYTES = 512 * 1024;
/** Of all pieces together. */
export const MOST_BUNDLE_BYTES = 64 * 1024 * 1024;

export const pieceCount = (bytes: number) => Math.ceil(bytes / PIECE_BYTES);

export function splitBundle(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: pieceCount(bytes.length) }, (_, i) =>
    bytes.subarray(i * PIECE_BYTES, (i + 1) * PIECE_BYTES),
  );
}

/** @throws UserError when the pieces are not those that `mark` is of. */
export function joinBundle(pieces: readonly Uint8Array[], mark: BundleMark): Uint8Array {
  if (pieces.length !== mark.chunks) {
    throw damaged(`${pieces.length} of its ${mark.chunks} pieces are there`);
  }
  const bytes = Buffer.concat(pieces);
  if (bytes.length !== mark.bytes) {
    throw damaged(`it has ${bytes.length} bytes instead of ${mark.bytes}`);
  }
  const found = sha256(bytes);
  if (found !== mark.sha256) {
    throw damaged(`its SHA-256 is ${found} instead of ${mark.sha256}`);
  }
  return bytes;
}

const damaged = (what: string) =>
  new UserError(`the bundle of the run is damaged: ${what}`, 'start the run again');
