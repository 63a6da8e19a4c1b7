import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawNormal, drawUniform, mix32, randomStream, streamSeed } from '../../src/base/random.ts';

const word = fc.nat(0xffffffff);
const DRAWS = 20_000;
const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
const variance = (values: readonly number[]) => {
  const m = mean(values);
  return mean(values.map((x) => (x - m) ** 2));
};

test('mixing is a bijection on what was tried, and changes half the bits', () => {
  const inputs = Array.from({ length: 50_000 }, (_, i) => i);
  expect(new Set(inputs.map(mix32)).size).toBe(inputs.length);
  const flipped = inputs.map((i) => popCount(mix32(i) ^ mix32(i + 1)));
  expect(mean(flipped)).toBeCloseTo(16, 0);
});

function popCount(word: number): number {
  let count = 0;
  for (let rest = word >>> 0; rest > 0; rest = Math.floor(rest / 2)) count += rest & 1;
  return count;
}

describe('streams', () => {
  test('are the same for the same seed, stream and purpose, and differ in each', () => {
    fc.assert(
      fc.property(word, word, fc.nat(9), (seed, stream, purpose) => {
        const first = (...of: [number, number, number]) => {
          const draw = randomStream(...of);
          return [draw(), draw(), draw()];
        };
        const own = first(seed, stream, purpose);
        expect(first(seed, stream, purpose)).toEqual(own);
        expect(first(seed + 1, stream, purpose)).not.toEqual(own);
        expect(first(seed, stream + 1, purpose)).not.toEqual(own);
        expect(first(seed, stream, purpose + 1)).not.toEqual(own);
      }),
    );
  });

  test('of the chargers of a run start apart', () => {
    const seeds = Array.from({ length: 20_000 }, (_, charger) => streamSeed(7319, charger));
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test('of neighbours are uncorrelated', () => {
    const [a, b] = [randomStream(1, 5), randomStream(1, 6)];
    const products = Array.from({ length: DRAWS }, () => (a() - 0.5) * (b() - 0.5));
    expect(Math.abs(mean(products))).toBeLessThan(0.003);
  });

  test('do not disturb each other in one array', () => {
    const states = Uint32Array.from([1, 2, 3]);
    const alone = Uint32Array.from([2]);
    for (let i = 0; i < 100; i++) {
      drawUniform(states, 0);
      expect(drawUniform(states, 1)).toBe(drawUniform(alone, 0));
    }
    expect(states[2]).toBe(3);
  });
});

test('uniform draws are in (0, 1), even, and have the variance of 1/12', () => {
  const draw = randomStream(42);
  const values = Array.from({ length: DRAWS }, draw);
  expect(values.every((x) => x > 0 && x < 1)).toBe(true);
  expect(mean(values)).toBeCloseTo(0.5, 2);
  expect(variance(values)).toBeCloseTo(1 / 12, 2);
  for (let bin = 0; bin < 10; bin++) {
    const inBin = values.filter((x) => Math.floor(x * 10) === bin).length;
    expect(inBin / DRAWS).toBeCloseTo(0.1, 1.5);
  }
});

test('no state draws 0 or 1, which a logarithm could not take', () => {
  // The states whose 32 bits come out as all zeros and as all ones.
  for (const state of [2463401483, 3543772583]) {
    const value = drawUniform(Uint32Array.of(state), 0);
    expect(Math.min(value, 1 - value)).toBeCloseTo(0, 9);
    expect(value).toBeGreaterThan(0);
    expect(value).toBeLessThan(1);
  }
  fc.assert(
    fc.property(word, (state) => {
      const value = drawUniform(Uint32Array.from([state]), 0);
      expect(value).toBeGreaterThan(0);
      expect(value).toBeLessThan(1);
    }),
  );
});

test('normal draws have mean 0, deviation 1 and the tails of a normal', () => {
  const states = Uint32Array.from([streamSeed(3, 1)]);
  const values = Array.from({ length: DRAWS }, () => drawNormal(states, 0));
  expect(Math.abs(mean(values))).toBeLessThan(0.03);
  expect(variance(values)).toBeCloseTo(1, 1);
  const beyond = (sigmas: number) => values.filter((x) => Math.abs(x) > sigmas).length / DRAWS;
  expect(Math.abs(beyond(1) - 0.3173)).toBeLessThan(0.015);
  expect(Math.abs(beyond(2) - 0.0455)).toBeLessThan(0.007);
});
