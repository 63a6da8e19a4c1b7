/** Chargers that heard something in this turn of the loop, each once, in that order. */

/** A ring: what a charger hears while others go on comes behind them. */
export interface Heard {
  readonly ring: Int32Array;
  readonly isIn: Uint8Array;
  head: number;
  size: number;
}

export const createHeard = (chargerCount: number): Heard => ({
  ring: new Int32Array(chargerCount),
  isIn: new Uint8Array(chargerCount),
  head: 0,
  size: 0,
});

export function hear(heard: Heard, c: number): void {
  const { ring, isIn } = heard;
  if (isIn[c] !== 0) return;
  isIn[c] = 1;
  let end = heard.head + heard.size++;
  if (end >= ring.length) end -= ring.length;
  ring[end] = c;
}

/** Takes the next one out; -1: there is none. */
export function nextHeard(heard: Heard): number {
  if (heard.size === 0) return -1;
  const c = heard.ring[heard.head];
  heard.size--;
  heard.head = heard.head + 1 === heard.ring.length ? 0 : heard.head + 1;
  heard.isIn[c] = 0;
  return c;
}
