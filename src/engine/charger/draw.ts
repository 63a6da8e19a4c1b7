import { drawNormal, drawUniform } from '../../base/random.ts';
import { DISTRIBUTION_WIDTH, DistributionKind, type Program } from '../../plan/plan.ts';

/** A draw from distribution `row` of a program (ns or W), with stream `c`; never negative. */
export function draw(program: Program, row: number, random: Uint32Array, c: number): number {
  const { distributions } = program;
  const at = row * DISTRIBUTION_WIDTH;
  const p1 = distributions[at + 1];
  const p2 = distributions[at + 2];
  switch (distributions[at]) {
    case DistributionKind.constant:
      return p1;
    case DistributionKind.exponential:
      return -Math.log(drawUniform(random, c)) * p1;
    case DistributionKind.uniform:
      return p1 + (p2 - p1) * drawUniform(random, c);
    case DistributionKind.lognormal:
      return p1 * Math.exp(p2 * drawNormal(random, c));
    default:
      return Math.max(0, p1 + p2 * drawNormal(random, c));
  }
}
