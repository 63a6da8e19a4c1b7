/** What happens after one and the same delay comes in the order in which it was put in. */

export interface Ring {
  /** Powers of two: charger, marks of its connection, and when it is due (ns). */
  charger: Int32Array;
  mark: Int32Array;
  dueNs: Float64Array;
  head: number;
  size: number;
}

export function createRing(capacity = 1024): Ring {
  return {
    charger: new Int32Array(capacity),
    mark: new Int32Array(capacity),
    dueNs: new Float64Array(capacity),
    head: 0,
    size: 0,
  };
}

/** `dueNs` must not be below that of the one before. */
export function push(ring: Ring, charger: number, mark: number, dueNs: number): void {
  if (ring.size === ring.charger.length) grow(ring);
  const at = (ring.head + ring.size++) & (ring.charger.length - 1);
  ring.charger[at] = charger;
  ring.mark[at] = mark;
  ring.dueNs[at] = dueNs;
}

/** Infinity: it is empty. */
export const nextDueNs = (ring: Ring): number =>
  ring.size === 0 ? Number.POSITIVE_INFINITY : ring.dueNs[ring.head];

/** Takes the next out; gives its place, which is valid until the next `push`. */
export function take(ring: Ring): number {
  const at = ring.head;
  ring.head = (at + 1) & (ring.charger.length - 1);
  ring.size--;
  return at;
}

function grow(ring: Ring): void {
  const { charger, mark, dueNs, head, size } = ring;
  const larger = createRing(charger.length * 2);
  for (let i = 0; i < size; i++) {
    const at = (head + i) & (charger.length - 1);
    larger.charger[i] = charger[at];
    larger.mark[i] = mark[at];
    larger.dueNs[i] = dueNs[at];
  }
  Object.assign(ring, larger, { size });
}
