import { drawNormal, drawUniform } from '../base/random.ts';
import { DISTRIBUTION_WIDTH, DistributionKind } from './plan.ts';

/** A draw from row `row` of a program's distributions, with stream `i` of `states`; never < 0. */
export function drawFrom(
  distributions: Float64Array,
  row: number,
  states: Uint32Array,
  i: number,
): number {
  const at = row * DISTRIBUTION_WIDTH;
  const p1 = distributions[at + 1];
  const p2 = distributions[at + 2];
  switch (distributions[at]) {
    case DistributionKind.exponential:
      return -p1 * Math.log(drawUniform(states, i));
    case DistributionKind.uniform:
      return p1 + (p2 - p1) * drawUniform(states, i);
    case DistributionKind.lognormal:
      return p1 * Math.exp(p2 * drawNormal(states, i));
    case DistributionKind.normal:
      return Math.max(0, p1 + p2 * drawNormal(states, i));
    default:
      return p1;
  }
}
