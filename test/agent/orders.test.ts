import fc from 'fast-check';
import { expect, test } from 'vitest';
import { orderBook } from '../../src/agent/orders.ts';
import type { Order } from '../../src/share/records.ts';

test('each order is obeyed once and in its place, however the list is read', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12), { maxLength: 30 }), (lengths) => {
      const all: Order[] = Array.from({ length: 13 }, (_, draw) => ({
        ...{ order: 'drop', share: 0.5, draw },
      }));
      const book = orderBook();
      const obeyed = lengths.flatMap((length) => book.unseen({ orders: all.slice(0, length) }));
      expect(obeyed).toEqual(all.slice(0, Math.max(0, ...lengths)));
    }),
  );
});
