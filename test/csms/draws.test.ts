import { expect, test } from 'vitest';
import { chargerStream } from '../../src/csms/draws.ts';

const draws = (...args: Parameters<typeof chargerStream>) => {
  const random = chargerStream(...args);
  return [random(), random(), random()];
};

test('a stream is that of its seed, charger and purpose', () => {
  expect(draws(1, 'cp1')).toEqual(draws(1, 'cp1', 0));
  const others = [draws(1, 'cp1'), draws(2, 'cp1'), draws(1, 'cp2'), draws(1, 'cp1', 1)];
  expect(new Set(others.map(String)).size).toBe(4);
});
