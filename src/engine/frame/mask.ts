/**
 * Masking and headers of client frames (RFC 6455, 5.2 and 5.3).
 *
 * A shard masks all its frames with one key of four equal bytes, so that a byte is masked alike
 * wherever it stands: text of any width can be placed without shifting what follows. RFC 6455 asks
 * for a fresh unpredictable key each frame, to keep browser scripts from steering what proxies see;
 * a load generator has no such scripts, and the server's unmasking work is the same.
 */
export type MaskKey = number;

/** A key from 1 to 255: servers that test for zero would skip their work. */
export function maskKey(random: () => number): MaskKey {
  return 1 + Math.floor(random() * 255);
}

export const Opcode = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
} as const;

const PAYLOAD_START = 16;

/** Bytes of the header of a masked frame. */
function headerBytes(payloadBytes: number): number {
  return payloadBytes < 126 ? 6 : payloadBytes < 65536 ? 8 : 14;
}

/** An empty frame: `bytes` is the memory, `frame` the part to send, payload not yet written. */
export interface FrameBytes {
  readonly bytes: Buffer;
  readonly frame: Buffer;
  readonly payloadStart: number;
}

/** Allocates a frame of `payloadBytes` and writes its header. The memory is not pooled. */
export function allocateFrame(opcode: number, payloadBytes: number, key: MaskKey): FrameBytes {
  const bytes = Buffer.allocUnsafeSlow(PAYLOAD_START + payloadBytes);
  const start = PAYLOAD_START - headerBytes(payloadBytes);
  bytes[start] = 0x80 | opcode;
  if (payloadBytes < 126) {
    bytes[start + 1] = 0x80 | payloadBytes;
  } else if (payloadBytes < 65536) {
    bytes[start + 1] = 0x80 | 126;
    bytes.writeUInt16BE(payloadBytes, start + 2);
  } else {
    bytes[start + 1] = 0x80 | 127;
    bytes.writeBigUInt64BE(BigInt(payloadBytes), start + 2);
  }
  bytes.fill(key, PAYLOAD_START - 4, PAYLOAD_START);
  return { bytes, frame: bytes.subarray(start), payloadStart: PAYLOAD_START };
}

/** A whole masked frame of `payload`: for control frames, answers to commands, scripts. */
export function encodeFrame(opcode: number, payload: Uint8Array, key: MaskKey): Buffer {
  const { bytes, frame, payloadStart } = allocateFrame(opcode, payload.length, key);
  for (let i = 0; i < payload.length; i++) bytes[payloadStart + i] = payload[i] ^ key;
  return frame;
}

/** A close frame with a status code (RFC 6455, 5.5.1). */
export function encodeClose(code: number, key: MaskKey): Buffer {
  return encodeFrame(Opcode.close, Uint8Array.of(code >> 8, code & 255), key);
}

/** Unmasks the payload in `bytes[start..end)` in place; its key is in the four bytes before it. */
export function unmask(bytes: Buffer, start: number, end: number): void {
  const a = bytes[start - 4];
  const b = bytes[start - 3];
  const c = bytes[start - 2];
  const d = bytes[start - 1];
  let at = start;
  for (const last = end - 3; at < last; at += 4) {
    bytes[at] ^= a;
    bytes[at + 1] ^= b;
    bytes[at + 2] ^= c;
    bytes[at + 3] ^= d;
  }
  if (at < end) bytes[at] ^= a;
  if (at + 1 < end) bytes[at + 1] ^= b;
  if (at + 2 < end) bytes[at + 2] ^= c;
}
