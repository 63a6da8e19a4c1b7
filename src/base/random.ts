/**
 * Seeded random streams (murmur3 mixing to derive, mulberry32 to draw). Every charger
 * has its own stream, so what it does does not depend on how chargers are split over workers.
 */

/** Mixes 32 bits so that neighbouring inputs give unrelated outputs (murmur3 finaliser). */
export function mix32(x: number): number {
  let h = x | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** The state a stream starts from: one 32-bit word per (seed, stream, purpose). */
export function streamSeed(seed: number, stream: number, purpose = 0): number {
  return mix32(mix32(mix32(seed) + stream) + Math.imul(purpose, 0x9e3779b9));
}

/**
 * Random streams as plain words, one per charger: `states[i]` is the whole state of stream `i`
 * (mulberry32). Draws are uniform in (0, 1), never 0, so that `log` is safe.
 */
export function drawUniform(states: Uint32Array, i: number): number {
  const state = (states[i] + 0x6d2b79f5) >>> 0;
  states[i] = state;
  let t = Math.imul(state ^ (state >>> 15), state | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
}

/** A stand-alone stream as a function; for set-up code and scripts, not for the hot path. */
export function randomStream(seed: number, stream = 0, purpose = 0): () => number {
  const states = new Uint32Array([streamSeed(seed, stream, purpose)]);
  return () => drawUniform(states, 0);
}

/** A standard normal draw (Box-Muller, one of the pair). */
export function drawNormal(states: Uint32Array, i: number): number {
  const radius = Math.sqrt(-2 * Math.log(drawUniform(states, i)));
  return radius * Math.cos(2 * Math.PI * drawUniform(states, i));
}
