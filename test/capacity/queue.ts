/**
 * M/M/c on a virtual clock: arrivals at random, c servers that take exponential times, one queue.
 * Response times as they would be measured, and as theory has them.
 */
import { randomStream } from '../../src/base/random.ts';

export interface Queue {
  readonly servers: number;
  /** Of one server, a second. */
  readonly servedPerS: number;
}

/** Response times (s) of `count` CALLs at `callsPerS`, after the first tenth. */
export function simulateQueue(
  { servers, servedPerS }: Queue,
  callsPerS: number,
  { count, seed }: { count: number; seed: number },
): Float64Array {
  const random = randomStream(seed);
  const exponential = (perS: number) => -Math.log(1 - random()) / perS;
  const freeAtS = new Float64Array(servers);
  const times = new Float64Array(count);
  let nowS = 0;
  for (let i = 0; i < count; i++) {
    nowS += exponential(callsPerS);
    let first = 0;
    for (let s = 1; s < servers; s++) if (freeAtS[s] < freeAtS[first]) first = s;
    freeAtS[first] = Math.max(nowS, freeAtS[first]) + exponential(servedPerS);
    times[i] = freeAtS[first] - nowS;
  }
  return times.subarray(Math.floor(count / 10));
}

export function percentile(times: Float64Array, share: number): number {
  const sorted = times.toSorted();
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)];
}

/** Erlang's C: the share of CALLs that wait. 1 from full load on. */
export function erlangC({ servers, servedPerS }: Queue, callsPerS: number): number {
  const offered = callsPerS / servedPerS;
  if (offered >= servers) return 1;
  let inverseB = 1;
  for (let c = 1; c <= servers; c++) inverseB = 1 + (inverseB * c) / offered;
  const b = 1 / inverseB;
  return b / (1 - (offered / servers) * (1 - b));
}

/** The share of CALLs that take longer than `limitS`: wait and service together. */
export function shareAbove(queue: Queue, callsPerS: number, limitS: number): number {
  const { servers, servedPerS } = queue;
  if (callsPerS >= servers * servedPerS) return 1;
  const waits = erlangC(queue, callsPerS);
  const drains = servers * servedPerS - callsPerS;
  const alone = Math.exp(-servedPerS * limitS);
  if (Math.abs(drains - servedPerS) < 1e-9) return alone * (1 + waits * servedPerS * limitS);
  const together =
    (drains * Math.exp(-servedPerS * limitS) - servedPerS * Math.exp(-drains * limitS)) /
    (drains - servedPerS);
  return (1 - waits) * alone + waits * together;
}

/** The rate up to which the p-th percentile meets the limit. */
export function analyticLimit(queue: Queue, share: number, limitS: number): number {
  let [low, high] = [0, queue.servers * queue.servedPerS];
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (shareAbove(queue, middle, limitS) <= 1 - share) low = middle;
    else high = middle;
  }
  return low;
}
