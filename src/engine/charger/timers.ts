/**
 * The timers of a shard: a 4-ary heap over typed arrays, so that the next deadline is always known
 * (the loop sleeps until it) and arming one costs some tens of nanoseconds and no garbage.
 * Timer `t` is at most once in the heap; equal deadlines fire in the order of their numbers, which
 * keeps a simulated run identical however its chargers are split.
 */
export interface Timers {
  readonly deadlinesNs: Float64Array;
  /** Heap of timer numbers, and their deadlines once more: neighbours there are compared. */
  readonly heap: Int32Array;
  readonly heapNs: Float64Array;
  /** Where timer t stands in the heap, or -1. */
  readonly places: Int32Array;
  size: number;
}

export function createTimers(count: number): Timers {
  return {
    deadlinesNs: new Float64Array(count),
    heap: new Int32Array(count),
    heapNs: new Float64Array(count),
    places: new Int32Array(count).fill(-1),
    size: 0,
  };
}

/** Arms timer `t`, or moves it. */
export function arm(timers: Timers, t: number, deadlineNs: number): void {
  let place = timers.places[t];
  timers.deadlinesNs[t] = deadlineNs;
  if (place < 0) place = timers.size++;
  settle(timers, place, t, deadlineNs);
}

export function isArmed(timers: Timers, t: number): boolean {
  return timers.places[t] >= 0;
}

export function disarm(timers: Timers, t: number): void {
  const place = timers.places[t];
  if (place < 0) return;
  timers.places[t] = -1;
  const last = timers.heap[--timers.size];
  if (last !== t) settle(timers, place, last, timers.heapNs[timers.size]);
}

/** The earliest deadline, or Infinity. */
export function nextDeadlineNs(timers: Timers): number {
  return timers.size === 0 ? Number.POSITIVE_INFINITY : timers.heapNs[0];
}

/** Disarms and returns a timer that is due at `nowNs`, the earliest first; -1 when none is. */
export function takeDue(timers: Timers, nowNs: number): number {
  if (timers.size === 0) return -1;
  if (timers.heapNs[0] > nowNs) return -1;
  const t = timers.heap[0];
  disarm(timers, t);
  return t;
}

/** Finds the place of timer `t`, which begins at the free place `start`. */
function settle(timers: Timers, start: number, t: number, deadlineNs: number): void {
  const risen = riseUp(timers, start, t, deadlineNs);
  const place = risen === start ? sinkDown(timers, start, t, deadlineNs) : risen;
  timers.heap[place] = t;
  timers.heapNs[place] = deadlineNs;
  timers.places[t] = place;
}

/** Moves those that come later than `t` down until there is a place for it. */
function riseUp({ heap, heapNs, places }: Timers, start: number, t: number, ns: number): number {
  let place = start;
  while (place > 0) {
    const parent = (place - 1) >> 2;
    const parentNs = heapNs[parent];
    if (ns > parentNs || (ns === parentNs && t > heap[parent])) break;
    heapNs[place] = parentNs;
    heap[place] = heap[parent];
    places[heap[place]] = place;
    place = parent;
  }
  return place;
}

/** Moves those that come before `t` up. */
function sinkDown(timers: Timers, start: number, t: number, ns: number): number {
  const { heap, heapNs, places, size } = timers;
  let place = start;
  for (;;) {
    const first = 4 * place + 1;
    if (first >= size) break;
    const end = first + 4 < size ? first + 4 : size;
    let least = first;
    let leastNs = heapNs[first];
    for (let child = first + 1; child < end; child++) {
      const childNs = heapNs[child];
      if (childNs < leastNs || (childNs === leastNs && heap[child] < heap[least])) {
        least = child;
        leastNs = childNs;
      }
    }
    if (ns < leastNs || (ns === leastNs && t < heap[least])) break;
    heapNs[place] = leastNs;
    heap[place] = heap[least];
    places[heap[place]] = place;
    place = least;
  }
  return place;
}
