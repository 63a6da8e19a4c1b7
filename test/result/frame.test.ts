import { expect, test } from 'vitest';
import { DamagedBytes } from '../../src/result/bytes.ts';
import {
  encodeFrame,
  FORMAT_VERSION,
  fileStart,
  partsOf,
  readFrame,
  START_BYTES,
  versionOf,
} from '../../src/result/frame.ts';

const parts = [Buffer.from('a'.repeat(1000)), Buffer.alloc(0), Buffer.from('b')];
const bytes = encodeFrame('intervals', 3, parts);

test('a frame gives back its parts', () => {
  const frame = readFrame(Buffer.concat([Buffer.from('..'), bytes]), 2, 3)!;
  expect(frame).toMatchObject({ kind: 'intervals', start: 2, end: 2 + bytes.length });
  expect(partsOf(frame).map((part) => Buffer.from(part))).toEqual(parts);
  expect(bytes.length).toBeLessThan(100);
});

test('a file that ends within a frame has none there', () => {
  for (const length of [0, 16, bytes.length - 1]) {
    expect(readFrame(bytes.subarray(0, length), 0, 3)).toBe(null);
  }
});

test('a frame in the wrong place, or with a changed byte, is damage', () => {
  expect(() => readFrame(bytes, 0, 2)).toThrow('in the wrong place');
  const changed = Uint8Array.from(bytes);
  changed[bytes.length - 1] ^= 1;
  expect(() => readFrame(changed, 0, 3)).toThrow(DamagedBytes);
});

test('a part that claims another length is damage, and takes no memory', () => {
  const frame = readFrame(bytes, 0, 3)!;
  const payload = Uint8Array.from(frame.payload);
  payload[1] = 1;
  expect(() => partsOf({ ...frame, payload })).toThrow('cannot be inflated');
  const huge = Uint8Array.of(255, 255, 255, 255, 127, 1, 0);
  expect(() => partsOf({ ...frame, payload: huge })).toThrow('cannot be inflated');
});

test('a file begins with what tells its version', () => {
  expect(versionOf(fileStart())).toBe(FORMAT_VERSION);
  expect(fileStart()).toHaveLength(START_BYTES);
  expect(versionOf(Buffer.from('0123456789'))).toBe(null);
  expect(versionOf(fileStart().subarray(0, 9))).toBe(null);
});
