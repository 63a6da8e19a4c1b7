/** Writes masked decimals into a frame: the innermost loops of the engine. */
import type { MaskKey } from './mask.ts';

const INT32_MAX = 2147483647;

/** Decimal digits of a whole number from 0 to 2^53. */
export function digitCount(value: number): number {
  if (value < 10) return 1;
  let count = 2;
  for (let bound = 100; value >= bound; bound *= 10) count++;
  return count;
}

/** The text `00` to `99`, so that one division gives two digits. */
const PAIRS = Uint8Array.from({ length: 200 }, (_, i) =>
  i % 2 === 0 ? 48 + Math.floor(i / 20) : 48 + (Math.floor(i / 2) % 10),
);

/** The digits of `value`, a whole number from 0 to 2^53, so that they end before `end`. */
export function putDigits(bytes: Buffer, end: number, value: number, key: MaskKey): void {
  let k = end;
  let high = value;
  while (high > INT32_MAX) {
    const rest = Math.floor(high / 10);
    bytes[--k] = (48 + (high - rest * 10)) ^ key;
    high = rest;
  }
  putSmall(bytes, k, high | 0, key);
}

/** The same for 32-bit numbers: whole arithmetic, two digits a division. */
function putSmall(bytes: Buffer, end: number, value: number, key: MaskKey): void {
  let k = end;
  let low = value;
  while (low >= 100) {
    const rest = (low / 100) | 0;
    k -= 2;
    putPair(bytes, k, (low - rest * 100) | 0, key);
    low = rest;
  }
  if (low >= 10) putPair(bytes, k - 2, low, key);
  else bytes[k - 1] = (48 + low) ^ key;
}

/** `value` in tenths, ending before `end`: 2308 -> `230.8`, 5 -> `0.5`. */
export function putTenths(bytes: Buffer, end: number, value: number, key: MaskKey): void {
  const tenths = value | 0;
  const whole = (tenths / 10) | 0;
  bytes[end - 1] = (48 + tenths - whole * 10) ^ key;
  bytes[end - 2] = 0x2e ^ key;
  putSmall(bytes, end - 2, whole, key);
}

/** `value` in hundredths, ending before `end`: 3190 -> `31.90`, 5 -> `0.05`. */
export function putHundredths(bytes: Buffer, end: number, value: number, key: MaskKey): void {
  const hundredths = value | 0;
  const whole = (hundredths / 100) | 0;
  putPair(bytes, end - 2, hundredths - whole * 100, key);
  bytes[end - 3] = 0x2e ^ key;
  putSmall(bytes, end - 3, whole, key);
}

/** Two digits of a number below 100, from `at` on. */
export function putPair(bytes: Buffer, at: number, value: number, key: MaskKey): void {
  const pair = value << 1;
  bytes[at] = PAIRS[pair] ^ key;
  bytes[at + 1] = PAIRS[pair + 1] ^ key;
}
