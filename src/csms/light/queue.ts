/**
 * A server of known capacity: one queue, first come, first served, and a service time a CALL. With
 * constant times and arrivals at random it is an M/D/1 queue, with exponential ones an M/M/1.
 */
import { randomStream } from '../../base/random.ts';
import type { ServiceTime } from '../../scenario/types.ts';

export interface Service {
  /** CALLs a second; Infinity takes no time. */
  readonly ratePerS: number;
  readonly time: ServiceTime;
  /** Of every answer, after its service. */
  readonly delayMs: number;
  readonly seed: number;
}

/**
 * When an answer leaves to a CALL that arrives at the time given, ms; arrivals in order. Departures
 * are arithmetic: a late timer never lowers the rate.
 */
export function departures({ ratePerS, time, delayMs, seed }: Service): (atMs: number) => number {
  const meanMs = 1_000 / ratePerS;
  const random = randomStream(seed, 0, 2);
  let freeAtMs = Number.NEGATIVE_INFINITY;
  return (atMs) => {
    const serviceMs = time === 'constant' ? meanMs : -meanMs * Math.log(random());
    freeAtMs = Math.max(freeAtMs, atMs) + serviceMs;
    return freeAtMs + delayMs;
  };
}

/** What waits for its moment, in the order in which it leaves. */
export interface Queue<T> {
  readonly items: (T | undefined)[];
  readonly dueMs: number[];
  /** The first that waits; what is before it has left. */
  head: number;
}

export const emptyQueue = <T>(): Queue<T> => ({ items: [], dueMs: [], head: 0 });

export const queueLength = ({ items, head }: Queue<unknown>): number => items.length - head;

export function enqueue<T>(queue: Queue<T>, item: T, dueMs: number): void {
  queue.items.push(item);
  queue.dueMs.push(dueMs);
}

/** When the first leaves; Infinity: nobody waits. */
export const firstDueMs = ({ dueMs, head }: Queue<unknown>): number =>
  head < dueMs.length ? dueMs[head] : Number.POSITIVE_INFINITY;

const MOST_LEFT = 4_096;

/** The first that waits; there is one. */
export function dequeue<T>(queue: Queue<T>): T {
  const { items, dueMs } = queue;
  const item = items[queue.head] as T;
  items[queue.head++] = undefined;
  if (queue.head === items.length || queue.head > Math.max(MOST_LEFT, items.length / 2)) {
    items.splice(0, queue.head);
    dueMs.splice(0, queue.head);
    queue.head = 0;
  }
  return item;
}
