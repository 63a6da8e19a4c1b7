import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/base/random.ts';
import {
  allocateFrame,
  encodeClose,
  encodeFrame,
  maskKey,
  Opcode,
} from '../../../src/engine/frame/mask.ts';
import { decodeFrames, decodeText } from './decode.ts';

const anyKey = fc.integer({ min: 1, max: 255 });

test('a key is never 0, and every other byte can occur', () => {
  const random = randomStream(1);
  const keys = Array.from({ length: 5000 }, () => maskKey(random));
  expect(new Set(keys)).toEqual(new Set(Array.from({ length: 255 }, (_, i) => i + 1)));
  expect([maskKey(() => 1e-12), maskKey(() => 1 - 1e-12)]).toEqual([1, 255]);
});

test('a frame says its opcode, its key and its payload', () => {
  const opcode = fc.constantFrom(...Object.values(Opcode));
  fc.assert(
    fc.property(opcode, fc.uint8Array({ maxLength: 300 }), anyKey, (code, payload, key) => {
      expect(decodeFrames(encodeFrame(code, payload, key))).toEqual([
        { fin: true, opcode: code, key: [key, key, key, key], payload: Buffer.from(payload) },
      ]);
    }),
  );
});

test.each([0, 1, 125, 126, 127, 65535, 65536, 70_000])(
  '%i payload bytes: the shortest length field',
  (payloadBytes) => {
    const payload = Buffer.alloc(payloadBytes, 'payload');
    const frame = encodeFrame(Opcode.text, payload, 90);
    expect(frame.length - payloadBytes).toBe(
      payloadBytes < 126 ? 6 : payloadBytes < 65536 ? 8 : 14,
    );
    expect(decodeText(frame)).toBe(payload.toString());
  },
);

test('payloads lie at a multiple of 4, in memory that nothing else uses', () => {
  for (const payloadBytes of [0, 125, 126, 65535, 65536]) {
    const { bytes, frame, payloadStart } = allocateFrame(Opcode.text, payloadBytes, 9);
    expect(payloadStart % 4).toBe(0);
    expect(bytes.byteOffset).toBe(0);
    expect(bytes.buffer.byteLength).toBe(bytes.length);
    expect(frame.byteOffset + frame.length).toBe(payloadStart + payloadBytes);
  }
});

test('a close frame carries its code', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1000, max: 4999 }), anyKey, (code, key) => {
      const [frame] = decodeFrames(encodeClose(code, key));
      expect(frame.opcode).toBe(8);
      expect(frame.payload.readUInt16BE(0)).toBe(code);
      expect(frame.payload).toHaveLength(2);
    }),
  );
});
