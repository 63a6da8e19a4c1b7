import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  createPortPool,
  portsOfShard,
  portsOfShare,
  returnPort,
  takePort,
  usablePorts,
} from '../../../src/engine/socket/port-pool.ts';

const poolOf = (...ports: number[]) => createPortPool(Uint16Array.from(ports));

test('first those that were never used, then the one that was given back first', () => {
  const pool = poolOf(10, 11, 12);
  expect([takePort(pool), takePort(pool)]).toEqual([10, 11]);
  returnPort(pool, 11);
  returnPort(pool, 10);
  expect([1, 2, 3, 4].map(() => takePort(pool))).toEqual([12, 11, 10, 0]);
});

test('a port that was not taken cannot be given back', () => {
  expect(() => returnPort(poolOf(10), 10)).toThrow('that was not taken');
});

test('an empty pool has none', () => {
  expect(takePort(poolOf())).toBe(0);
});

test('never twice at once, all of them, the oldest first', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 40 }),
      fc.array(fc.nat({ max: 99 }), { maxLength: 300 }),
      (size, steps) => {
        const ports = Array.from({ length: size }, (_, i) => 2000 + i);
        const pool = createPortPool(Uint16Array.from(ports));
        const taken: number[] = [];
        // What a pool is: a queue.
        const free = [...ports];
        for (const step of steps) {
          if (step < 50) {
            const port = takePort(pool);
            expect(port).toBe(free.shift() ?? 0);
            if (port > 0) taken.push(port);
          } else if (taken.length > 0) {
            const [port] = taken.splice(step % taken.length, 1);
            returnPort(pool, port);
            free.push(port);
          }
          expect(new Set(taken).size).toBe(taken.length);
          expect(pool.length + taken.length).toBe(size);
        }
      },
    ),
  );
});

describe('usable ports', () => {
  test('all above those of the system, but the target and what is reserved', () => {
    const ports = usablePorts(
      [
        [2000, 2999],
        [9464, 9464],
      ],
      8080,
    );
    expect(ports).toHaveLength(64_512 - 1000 - 1 - 1);
    expect([ports[0], ports.at(-1)]).toEqual([1024, 65_535]);
    for (const port of [2000, 2500, 2999, 9464, 8080]) expect(ports).not.toContain(port);
    expect(usablePorts([], 80)).toHaveLength(64_512);
  });
});

describe('the ports of a share', () => {
  test('are its own where they are enough, else all, from another one on', () => {
    const input = [fc.integer({ min: 1, max: 8 }), fc.nat(400), fc.nat(60)] as const;
    fc.assert(
      fc.property(...input, (shares, length, chargers) => {
        const ports = Uint16Array.from({ length }, (_, i) => 1024 + i);
        const parts = Array.from({ length: shares }, (_, share) => [
          // Any shard of it: the second of two workers.
          ...portsOfShare(ports, { shard: share + shares, shards: 2 * shares, shares }, chargers),
        ]);
        if (chargers * shares <= length) {
          expect(parts.flat()).toEqual([...ports]);
          for (const part of parts) expect(part.length).toBeGreaterThanOrEqual(chargers);
          return;
        }
        for (const part of parts) expect(part.toSorted((a, b) => a - b)).toEqual([...ports]);
        const firsts = parts.flatMap(([first]) => (first === undefined ? [] : [first]));
        if (length >= shares) expect(new Set(firsts).size).toBe(shares);
      }),
    );
  });
});

describe('the part of a shard', () => {
  test('parts are disjoint, whole, and enough for every charger', () => {
    const loads = fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(loads, fc.nat({ max: 300 }), (mines, more) => {
        const all = mines.reduce((a, b) => a + b, 0);
        fc.pre(all > 0);
        const ports = Uint16Array.from({ length: all + more }, (_, i) => 1024 + i);
        let before = 0;
        const parts = mines.map((mine) => {
          const part = portsOfShard(ports, { before, mine, all });
          before += mine;
          expect(part.length).toBeGreaterThanOrEqual(mine);
          return [...part];
        });
        expect(parts.flat()).toEqual([...ports]);
      }),
    );
  });
});
