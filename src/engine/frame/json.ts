/**
 * Walks JSON text without building anything. Every function takes and returns positions; -1 means
 * that it is not sure (escapes, text beyond ASCII, exotic numbers, deep nesting, no JSON at all).
 * Whatever it does walk over, `JSON.parse` accepts.
 */

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
const MAX_DEPTH = 32;

export const ascii = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Whether `text` stands at `at`; the caller knows that there are bytes enough. */
export function same(bytes: Buffer, at: number, text: Buffer): boolean {
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text[i]) return false;
  return true;
}

/** The position after white space. */
export function blank(bytes: Buffer, start: number, end: number): number {
  let at = start;
  if (at < end && bytes[at] > 0x20) return at;
  while (at < end) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    at++;
  }
  return at;
}

/** The position after `byte` and the white space behind it. */
export function expect(bytes: Buffer, at: number, end: number, byte: number): number {
  return at < end && bytes[at] === byte ? blank(bytes, at + 1, end) : -1;
}

/** 1: printable ASCII that stands for itself in a JSON string. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte <= 0x7e && byte !== QUOTE && byte !== 0x5c ? 1 : 0,
);

/** `at` is at the opening quote; returns the position after the closing one. */
export function skipString(bytes: Buffer, at: number, end: number): number {
  let i = at + 1;
  while (i < end && PLAIN[bytes[i]] === 1) i++;
  return i < end && bytes[i] === QUOTE ? i + 1 : -1;
}

export function skipValue(bytes: Buffer, at: number, end: number, depth: number): number {
  if (at < 0 || at >= end || depth > MAX_DEPTH) return -1;
  switch (bytes[at]) {
    case QUOTE:
      return skipString(bytes, at, end);
    case 0x7b:
      return skipContainer(bytes, at, end, depth, 0x7d);
    case 0x5b:
      return skipContainer(bytes, at, end, depth, 0x5d);
    case 0x74:
      return word(bytes, at, end, TRUE);
    case 0x66:
      return word(bytes, at, end, FALSE);
    case 0x6e:
      return word(bytes, at, end, NULL);
    default:
      return skipNumber(bytes, at, end);
  }
}

const TRUE = ascii('true');
const FALSE = ascii('false');
const NULL = ascii('null');

function word(bytes: Buffer, at: number, end: number, text: Buffer): number {
  return at + text.length <= end && same(bytes, at, text) ? at + text.length : -1;
}

function skipContainer(
  bytes: Buffer,
  start: number,
  end: number,
  depth: number,
  close: number,
): number {
  let at = blank(bytes, start + 1, end);
  if (at < end && bytes[at] === close) return at + 1;
  for (;;) {
    if (close === 0x7d) {
      if (at >= end || bytes[at] !== QUOTE) return -1;
      at = skipString(bytes, at, end);
      if (at < 0) return -1;
      at = expect(bytes, blank(bytes, at, end), end, COLON);
    }
    at = skipValue(bytes, at, end, depth + 1);
    if (at < 0) return -1;
    at = blank(bytes, at, end);
    if (at >= end) return -1;
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== COMMA) return -1;
    at = blank(bytes, at + 1, end);
  }
}

/** Whole and fractional numbers of at most 15 digits; anything else is in doubt. */
function skipNumber(bytes: Buffer, start: number, end: number): number {
  let at = bytes[start] === 0x2d ? start + 1 : start;
  const whole = at;
  at = skipDigits(bytes, at, end);
  if (at === whole || (bytes[whole] === 48 && at - whole > 1)) return -1;
  if (at < end && bytes[at] === 0x2e) {
    const fraction = at + 1;
    at = skipDigits(bytes, fraction, end);
    if (at === fraction) return -1;
  }
  if (at - whole > 16) return -1;
  if (at < end && (bytes[at] === 0x65 || bytes[at] === 0x45)) return -1;
  return at;
}

function skipDigits(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] >= 48 && bytes[at] <= 57) at++;
  return at;
}
