/** Lines that never grow wider than they may, whatever their figures and colours are. */
import { type Look, type Paint, paint } from '../look.ts';

/** A text with the colour that says something about it. */
export interface Piece {
  readonly text: string;
  readonly mark?: Paint | undefined;
}

/** A piece, or several that are shown together or not at all. */
export type Part = string | Piece | readonly Piece[];

const LABEL = 14;
const GAP = '   ';
const piecesOf = (part: Part): readonly Piece[] =>
  typeof part === 'string' ? [{ text: part }] : 'text' in part ? [part] : part;
const lengthOf = (part: Part) => piecesOf(part).reduce((sum, { text }) => sum + text.length, 0);

/** `label` in a column of its own, then the parts that fit, the first ones first. */
export function labelled(label: Piece | string, parts: readonly Part[], look: Look): string {
  const [head] = piecesOf(label);
  const pieces: Piece[] = [{ ...head, text: `  ${head.text}`.padEnd(LABEL) }];
  let left = roomOf(look, []);
  for (const [i, part] of parts.entries()) {
    const gap = i === 0 ? '' : GAP;
    left -= gap.length + lengthOf(part);
    if (left < 0) break;
    pieces.push({ text: gap }, ...piecesOf(part));
  }
  return painted(pieces, look);
}

/** What is left of a labelled line beside these parts, for one more. */
export function roomOf({ width }: Pick<Look, 'width'>, parts: readonly Part[]): number {
  return parts.reduce((room, part) => room - lengthOf(part) - GAP.length, width - LABEL);
}

/** The pieces as they are, cut where the line would become too long. */
export function painted(pieces: readonly Piece[], look: Look): string {
  let left = look.width;
  let line = '';
  for (const { text, mark } of pieces) {
    const shown = text.slice(0, Math.max(0, left));
    left -= shown.length;
    line += mark === undefined || shown === '' ? shown : paint(look, mark, shown);
  }
  return line;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with an escape
const COLOR = /\u001b\[\d+m/g;

/** How many columns a painted line takes. */
export const columnsOf = (line: string): number => line.replace(COLOR, '').length;

/** With two dots in place of what there is no room for. */
export const cutTo = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, Math.max(0, width - 2))}..`;
