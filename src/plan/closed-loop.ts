/** Which lives are closed loops: their CALLs come as fast as the target answers. */
import { DISTRIBUTION_WIDTH, DistributionKind, OP_WIDTH, Op, type Program } from './plan.ts';

/** A target this much slower would take away more than this share of the CALLs. */
const SLOWER = 10;
const SHARE = 0.1;

/**
 * Whether the rate of a life that goes on for ever depends on how long answers take, and not only
 * on its own waits. Scripts and what cars begin are not taken for closed loops.
 */
export function isClosedLoop(program: Program, latencyNs: number): boolean {
  const { ops, remoteRow } = program;
  for (let row = 0; row < remoteRow; row++) {
    if (ops[row * OP_WIDTH] !== Op.jump) continue;
    const { calls, waitNs } = roundOf(program, ops[row * OP_WIDTH + 1], row);
    if (calls * latencyNs * SLOWER > waitNs * SHARE) return true;
  }
  return false;
}

/** CALLs and waits of one round through the rows, on average. */
function roundOf(program: Program, fromRow: number, toRow: number) {
  const { ops } = program;
  const times = new Float64Array(toRow + 1).fill(1);
  let [calls, waitNs] = [0, 0];
  for (let row = fromRow; row < toRow; row++) {
    const [op, a, b, c] = ops.subarray(row * OP_WIDTH, (row + 1) * OP_WIDTH);
    if (op === Op.chance) for (let r = row + 1; r < b; r++) times[r] *= a / 1e6;
    if (op === Op.repeat) for (let r = c; r < row; r++) times[r] *= b;
  }
  for (let row = fromRow; row < toRow; row++) {
    const [op, a] = ops.subarray(row * OP_WIDTH, (row + 1) * OP_WIDTH);
    if (op === Op.call) calls += times[row];
    if (op === Op.wait || op === Op.charge) waitNs += times[row] * meanOf(program, a);
    if (op === Op.awaitArrival || op === Op.script) waitNs = Number.POSITIVE_INFINITY;
  }
  return { calls, waitNs };
}

function meanOf({ distributions }: Program, index: number): number {
  const at = index * DISTRIBUTION_WIDTH;
  const [kind, p1, p2] = distributions.subarray(at, at + DISTRIBUTION_WIDTH);
  if (kind === DistributionKind.uniform) return (p1 + p2) / 2;
  return kind === DistributionKind.lognormal ? p1 * Math.exp(p2 ** 2 / 2) : p1;
}
