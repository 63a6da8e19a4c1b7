/** A decoder of client frames written after RFC 6455, 5.2, that shares nothing with the engine. */

export interface DecodedFrame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly key: readonly number[];
  readonly payload: Buffer;
}

/** All frames in `bytes`; throws for what RFC 6455 forbids a client to send. */
export function decodeFrames(bytes: Buffer): DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  let rest = bytes;
  while (rest.length > 0) {
    const { frame, bytes: taken } = decodeFirst(rest);
    frames.push(frame);
    rest = rest.subarray(taken);
  }
  return frames;
}

/** The text of the one text frame in `bytes`. */
export function decodeText(bytes: Buffer): string {
  const [frame, ...others] = decodeFrames(bytes);
  if (others.length > 0) throw new Error(`${others.length} frames too many`);
  if (frame.opcode !== 1 || !frame.fin) throw new Error('not a whole text frame');
  return new TextDecoder('utf8', { fatal: true, ignoreBOM: true }).decode(frame.payload);
}

function decodeFirst(bytes: Buffer): { frame: DecodedFrame; bytes: number } {
  const first = bytes.readUInt8(0);
  const second = bytes.readUInt8(1);
  if (first & 0x70) throw new Error('a reserved bit is set');
  if (!(second & 0x80)) throw new Error('not masked');
  let payloadBytes = second & 0x7f;
  let at = 2;
  if (payloadBytes === 126) {
    payloadBytes = bytes.readUInt16BE(2);
    if (payloadBytes < 126) throw new Error('16-bit length for a short payload');
    at = 4;
  } else if (payloadBytes === 127) {
    payloadBytes = Number(bytes.readBigUInt64BE(2));
    if (payloadBytes < 65536) throw new Error('64-bit length for a short payload');
    at = 10;
  }
  const key = [...bytes.subarray(at, at + 4)];
  const end = at + 4 + payloadBytes;
  if (end > bytes.length) throw new Error(`${end - bytes.length} bytes are missing`);
  const payload = Buffer.from(bytes.subarray(at + 4, end).map((byte, i) => byte ^ key[i % 4]));
  return { frame: { fin: first >= 0x80, opcode: first & 15, key, payload }, bytes: end };
}
