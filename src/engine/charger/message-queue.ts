/**
 * Rows of transaction-related messages (OCPP 1.6, 3.7) that wait to be delivered: one pool a shard,
 * 52 bytes an entry, each charger's in a linked list. An entry holds what was measured, not a
 * frame: the frame is built when it leaves.
 */
import type { Transaction } from './transaction.ts';

/** `values`: sampled or clock-aligned MeterValues. */
export const Kind = { start: 0, sample: 1, clock: 2, stop: 3 } as const;

/** Bits of `flags`. `awaited`: the connector's life waits for the first attempt. */
export const Flag = { offline: 1, awaited: 2, sending: 4 } as const;

export interface MessageQueue {
  /** The first free row, or -1. */
  free: number;
  next: Int32Array;
  connector: Int32Array;
  /** null: clock-aligned values of an idle connector. */
  transaction: (Transaction | null)[];
  kind: Uint8Array;
  attempts: Uint8Array;
  /** Attempts that were refused or not answered. */
  failures: Uint8Array;
  flags: Uint8Array;
  /** Since when it may be sent; after a failure, when it may be sent again. */
  dueNs: Float64Array;
  /** The moment it is about, on the charger's clock, ms since 1970. */
  momentMs: Float64Array;
  /** Register and power then, and the number of the sample. */
  energyWh: Float64Array;
  powerW: Float32Array;
  sample: Uint32Array;
}

const FIRST_CAPACITY = 256;

export function createQueue(): MessageQueue {
  return {
    free: -1,
    next: new Int32Array(0),
    connector: new Int32Array(0),
    transaction: [],
    kind: new Uint8Array(0),
    attempts: new Uint8Array(0),
    failures: new Uint8Array(0),
    flags: new Uint8Array(0),
    dueNs: new Float64Array(0),
    momentMs: new Float64Array(0),
    energyWh: new Float64Array(0),
    powerW: new Float32Array(0),
    sample: new Uint32Array(0),
  };
}

function grown<T extends Float64Array | Float32Array | Int32Array | Uint32Array | Uint8Array>(
  from: T,
  to: T,
): T {
  to.set(from);
  return to;
}

/** Twice as many rows: rare, and never more than a fleet's queues need. */
export function grow(queue: MessageQueue): void {
  const before = queue.next.length;
  const size = Math.max(FIRST_CAPACITY, 2 * before);
  queue.next = grown(queue.next, new Int32Array(size));
  queue.connector = grown(queue.connector, new Int32Array(size));
  queue.kind = grown(queue.kind, new Uint8Array(size));
  queue.attempts = grown(queue.attempts, new Uint8Array(size));
  queue.failures = grown(queue.failures, new Uint8Array(size));
  queue.flags = grown(queue.flags, new Uint8Array(size));
  queue.dueNs = grown(queue.dueNs, new Float64Array(size));
  queue.momentMs = grown(queue.momentMs, new Float64Array(size));
  queue.energyWh = grown(queue.energyWh, new Float64Array(size));
  queue.powerW = grown(queue.powerW, new Float32Array(size));
  queue.sample = grown(queue.sample, new Uint32Array(size));
  for (let row = before; row < size; row++) {
    queue.transaction.push(null);
    queue.next[row] = row + 1 < size ? row + 1 : queue.free;
  }
  queue.free = before;
}
