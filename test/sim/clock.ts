/**
 * Virtual time: one queue of events for everything that is simulated, run in one thread. Events of
 * the same moment run by their `order`, then in the order in which they were scheduled, so that a
 * run does not depend on how its chargers are split over shards.
 */
import type { Clock } from '../../src/base/clock.ts';
import type { Alarm } from '../../src/engine/shard/loop.ts';

export interface SimEvent {
  readonly timeNs: number;
  readonly order: number;
  readonly sequence: number;
  readonly act: () => void;
  cancelled: boolean;
}

/** The network acts before the shards' alarms: charger numbers are smaller than these. */
const ALARM_ORDER = 2 ** 32;

/** Not on a millisecond, as on a real machine. */
export const ORIGIN_NS = 7_000_000_123_456;
/** 2026-01-05T08:00:00Z. */
export const ORIGIN_WALL_MS = 1_767_600_000_000;

export class VirtualClock implements Clock {
  readonly #heap: SimEvent[] = [];
  #nowNs = ORIGIN_NS;
  #dueNs = ORIGIN_NS;
  #scheduled = 0;

  nowNs(): number {
    return this.#nowNs;
  }

  /** When the running event was due: for what a blocked thread does not delay. */
  dueNs(): number {
    return this.#dueNs;
  }

  wallMs(): number {
    return ORIGIN_WALL_MS + (this.#nowNs - ORIGIN_NS) / 1e6;
  }

  /** `act` runs at `timeNs`; set `cancelled` on the event to prevent it. */
  schedule(timeNs: number, order: number, act: () => void): SimEvent {
    const event = { timeNs, order, sequence: this.#scheduled++, act, cancelled: false };
    push(this.#heap, event);
    return event;
  }

  /** The thread is busy: time passes, and whatever was due meanwhile runs late. */
  block(ns: number): void {
    this.#nowNs += ns;
  }

  /** Runs the next event; false when there is none. */
  step(): boolean {
    const event = pop(this.#heap);
    if (event === undefined) return false;
    if (event.cancelled) return true;
    this.#dueNs = event.timeNs;
    this.#nowNs = Math.max(this.#nowNs, event.timeNs);
    event.act();
    return true;
  }

  /** The alarm of shard number `shard`. */
  alarm(shard: number): Alarm {
    let event: SimEvent | null = null;
    const clear = () => {
      if (event !== null) event.cancelled = true;
      event = null;
    };
    return {
      set: (deadlineNs, wake) => {
        clear();
        event = this.schedule(deadlineNs, ALARM_ORDER + shard, wake);
      },
      clear,
      // Here every message is a turn of its own.
      afterReading: (act) => act(),
    };
  }
}

function before(a: SimEvent, b: SimEvent): boolean {
  if (a.timeNs !== b.timeNs) return a.timeNs < b.timeNs;
  return a.order === b.order ? a.sequence < b.sequence : a.order < b.order;
}

function push(heap: SimEvent[], event: SimEvent): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!before(event, heap[parent])) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: SimEvent[]): SimEvent | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return last;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
    if (!before(heap[child], last)) break;
    heap[at] = heap[child];
    at = child;
  }
  heap[at] = last;
  return first;
}
