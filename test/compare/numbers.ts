/** Figures for tests of the decision: a common value, times seeded log-normal noise. */
import { drawNormal } from '../../src/base/random.ts';
import type { MetricValues } from '../../src/compare/decide.ts';

/** `count` values around `center`, whose logarithms spread by `sigma`. */
export function noisy(count: number, center: number, sigma: number, seed: number): number[] {
  const state = new Uint32Array([seed]);
  return Array.from({ length: count }, () => center * Math.exp(sigma * drawNormal(state, 0)));
}

export const time = (name: string, base: readonly number[], next: readonly number[]) =>
  ({ name, kind: 'time', base, next }) satisfies MetricValues;

export const share = (name: string, base: readonly number[], next: readonly number[]) =>
  ({ name, kind: 'share', base, next }) satisfies MetricValues;
