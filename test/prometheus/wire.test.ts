import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writer } from '../../src/prometheus/wire.ts';
import { all, decode, decodeDelimited, varints, zigzag } from './decode.ts';

const counts = fc.oneof(fc.nat(), fc.maxSafeNat(), fc.constantFrom(0, 127, 128, 2 ** 32, 2 ** 53));
const signed = fc.oneof(fc.integer(), fc.integer({ min: -(2 ** 51), max: 2 ** 51 }));

test('numbers and texts come back', () => {
  fc.assert(
    fc.property(counts, signed, fc.double(), fc.string({ unit: 'binary' }), (n, i, d, s) => {
      const out = writer();
      out.uint(1, n);
      out.sint(2, i);
      out.double(300, d);
      out.text(4, s);
      const fields = decode(out.bytes());
      expect(all(fields, 1)).toEqual([BigInt(n)]);
      expect(zigzag(all(fields, 2)[0] as bigint)).toBe(i);
      expect(all(fields, 300)).toEqual([d]);
      expect(String(all(fields, 4)[0])).toBe(Buffer.from(s).toString());
    }),
  );
});

test('messages in messages of any length come back', () => {
  fc.assert(
    fc.property(fc.array(fc.array(signed, { maxLength: 400 }), { maxLength: 20 }), (lists) => {
      const out = writer();
      for (const list of lists) {
        out.delimited((outer) => outer.message(1, (inner) => inner.sints(2, list)));
      }
      const read = decodeDelimited(out.bytes()).map((bytes) => {
        const [inner] = all(decode(bytes), 1) as Buffer[];
        return varints(all(decode(inner), 2)[0] as Buffer).map(zigzag);
      });
      expect(read).toEqual(lists);
    }),
  );
});

test('what was handed out does not change any more', () => {
  const out = writer();
  out.text(1, 'a');
  const before = out.bytes();
  out.text(1, 'b');
  expect(before.toString('hex')).toBe('0a0161');
});
