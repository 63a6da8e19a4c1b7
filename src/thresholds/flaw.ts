/** A mistake in a text that a user wrote: from where to where, what is wrong, what to write. */
export class Flaw extends Error {
  override readonly name = 'Flaw';
  readonly from: number;
  readonly to: number;
  readonly fix: string;

  /** `says` goes on after the name of the text: `has an unknown label`. */
  constructor(says: string, fix: string, from: number, to: number) {
    super(says);
    this.fix = fix;
    this.from = from;
    this.to = to;
  }
}

/** A part of a text, and where it begins in it. */
export interface Piece {
  readonly text: string;
  readonly at: number;
}

export const flawAt = (piece: Piece, says: string, fix: string) =>
  new Flaw(says, fix, piece.at, piece.at + piece.text.length);

/** Without the spaces around it. */
export function trimmed({ text, at }: Piece): Piece {
  return { text: text.trim(), at: at + text.length - text.trimStart().length };
}

/** The parts between separators. */
export function split({ text, at }: Piece, separator: string): Piece[] {
  let next = at;
  return text.split(separator).map((part) => {
    const piece = { text: part, at: next };
    next += part.length + separator.length;
    return piece;
  });
}
