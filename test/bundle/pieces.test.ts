import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinBundle, PIECE_BYTES, pieceCount, splitBundle } from '../../src/bundle/pieces.ts';
import { sha256 } from '../../src/plan/mark.ts';
import { mistakeOf } from '../scenario/fixture.ts';

const markOf = (bytes: Uint8Array) => ({
  ...{ sha256: sha256(bytes), bytes: bytes.length, chunks: pieceCount(bytes.length), name: 'a.ts' },
});

/** Of some pieces, the last of them rarely whole. */
const bundles = fc
  .tuple(fc.integer({ min: 1, max: 2 * PIECE_BYTES + 1 }), fc.integer({ min: 0, max: 255 }))
  .map(([bytes, first]) => new Uint8Array(Buffer.alloc(bytes, Uint8Array.of(first, 7, 99))));

describe('a bundle in pieces', () => {
  test('property: comes together again, no piece is too large', () => {
    fc.assert(
      fc.property(bundles, (bytes) => {
        const pieces = splitBundle(bytes);
        const mark = markOf(bytes);
        expect(pieces).toHaveLength(mark.chunks);
        expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(PIECE_BYTES);
        expect(Buffer.compare(joinBundle(pieces, mark), bytes)).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  test('property: whichever byte changes is noticed', () => {
    fc.assert(
      fc.property(bundles, fc.nat(), fc.integer({ min: 1, max: 255 }), (bytes, at, change) => {
        const mark = markOf(bytes);
        bytes[at % bytes.length] ^= change;
        const said = mistakeOf(() => joinBundle(splitBundle(bytes), mark));
        expect(said).toContain('the bundle of the run is damaged: its SHA-256 is');
      }),
      { numRuns: 20 },
    );
  });

  test('exactly one piece, and a byte more', () => {
    expect(pieceCount(PIECE_BYTES)).toBe(1);
    expect(pieceCount(PIECE_BYTES + 1)).toBe(2);
  });

  test('a piece that is missing, twice there or cut', () => {
    const bytes = new Uint8Array(PIECE_BYTES + 10);
    const [first, last] = splitBundle(bytes);
    const said = (...pieces: Uint8Array[]) => mistakeOf(() => joinBundle(pieces, markOf(bytes)));
    expect(said(first)).toContain('1 of its 2 pieces are there');
    expect(said(first, first)).toContain('it has 1048576 bytes instead of 524298');
    expect(said(first, last.subarray(1))).toContain('it has 524297 bytes instead of 524298');
    expect(said()).toContain('0 of its 2 pieces are there');
  });
});
