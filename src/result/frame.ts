/**
 * A result file is a row of frames, each with its own checksums: what was cut off is told from what
 * was changed, and neither from silence.
 */
import { constants, crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { byteReader, byteWriter, DamagedBytes } from './bytes.ts';

/** As PNG has it: no text file begins so, and a transfer as text breaks it visibly. */
const MAGIC = Uint8Array.from([0x89, 0x4f, 0x4c, 0x52, 0x0d, 0x0a, 0x1a, 0x0a]);
/** Raised when an older reader would read a file wrongly. */
export const FORMAT_VERSION = 1;
/** Magic and version. */
export const START_BYTES = MAGIC.length + 2;

export const FRAME_KINDS = ['header', 'intervals', 'footer'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

/**
 * Kind (1 byte), number in the file (4), length of the payload (4), CRC-32 of the payload (4),
 * CRC-32 of these 13 bytes (4); little-endian.
 */
const HEAD_BYTES = 17;
const CHECKED_HEAD_BYTES = 13;
/** A part that claims more is none of ours. */
const MAX_PART_BYTES = 1 << 28;

export function fileStart(): Uint8Array {
  return Uint8Array.from([...MAGIC, FORMAT_VERSION & 255, FORMAT_VERSION >> 8]);
}

/** The version of a file that begins with `bytes`; null: it is no result file. */
export function versionOf(bytes: Uint8Array): number | null {
  if (bytes.length < START_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return null;
  return bytes[MAGIC.length] + 256 * bytes[MAGIC.length + 1];
}

/**
 * Level 6 is a fiftieth smaller than 4 and takes up to four times as long, where there is much to
 * write; 9 is another fiftieth. Zstd is no better at the same price. Parts of numbers have few long
 * repetitions, which is what `Z_FILTERED` is for.
 */
const DEFLATE = { level: 4, strategy: constants.Z_FILTERED };

/** The payload is its parts, each as its length, its length after deflate, and its bytes. */
export function encodeFrame(
  kind: FrameKind,
  number: number,
  parts: readonly Uint8Array[],
): Uint8Array {
  const writer = byteWriter();
  for (const part of parts) {
    const deflated = deflateRawSync(part, DEFLATE);
    writer.varint(part.length);
    writer.varint(deflated.length);
    writer.raw(deflated);
  }
  const payload = writer.bytes();
  const frame = new Uint8Array(HEAD_BYTES + payload.length);
  const view = new DataView(frame.buffer);
  frame[0] = FRAME_KINDS.indexOf(kind);
  view.setUint32(1, number, true);
  view.setUint32(5, payload.length, true);
  view.setUint32(9, crc32(payload), true);
  view.setUint32(13, crc32(frame.subarray(0, CHECKED_HEAD_BYTES)), true);
  frame.set(payload, HEAD_BYTES);
  return frame;
}

export interface Frame {
  readonly kind: FrameKind;
  /** Where it begins in the file, and where the next one does. */
  readonly start: number;
  readonly end: number;
  readonly payload: Uint8Array;
}

/**
 * The frame at `start`, the `number`-th of the file; null: the file ends before it does.
 * @throws DamagedBytes for bytes that were changed.
 */
export function readFrame(file: Uint8Array, start: number, number: number): Frame | null {
  if (file.length - start < HEAD_BYTES) return null;
  const view = new DataView(file.buffer, file.byteOffset + start, HEAD_BYTES);
  const head = file.subarray(start, start + CHECKED_HEAD_BYTES);
  if (view.getUint32(13, true) !== crc32(head)) throw new DamagedBytes('a checksum is wrong');
  const kind = FRAME_KINDS[head[0]];
  if (kind === undefined || view.getUint32(1, true) !== number) {
    throw new DamagedBytes('a part is missing, doubled or in the wrong place');
  }
  const end = start + HEAD_BYTES + view.getUint32(5, true);
  if (end > file.length) return null;
  const payload = file.subarray(start + HEAD_BYTES, end);
  if (view.getUint32(9, true) !== crc32(payload)) throw new DamagedBytes('a checksum is wrong');
  return { kind, start, end, payload };
}

/**
 * @param mostBytes of all parts together, for frames that come from strangers.
 * @throws DamagedBytes
 */
export function partsOf({ payload }: Frame, mostBytes = Number.POSITIVE_INFINITY): Uint8Array[] {
  const reader = byteReader(payload);
  const parts: Uint8Array[] = [];
  let leftBytes = mostBytes;
  while (reader.left > 0) {
    const length = reader.varint();
    parts.push(inflated(reader.take(reader.varint()), length, leftBytes));
    leftBytes -= length;
  }
  return parts;
}

function inflated(bytes: Uint8Array, length: number, mostBytes: number): Uint8Array {
  const part = length > Math.min(MAX_PART_BYTES, mostBytes) ? null : inflate(bytes, length);
  if (part?.length !== length) throw new DamagedBytes('it cannot be inflated');
  return part;
}

function inflate(bytes: Uint8Array, length: number): Uint8Array | null {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, length) });
  } catch {
    return null;
  }
}
