/**
 * The timers of a shard: a 4-ary heap over typed arrays, so that the next deadline is always known
 * (the loop sleeps until it) and arming one costs some tens of nanoseconds and no garbage.
 * Timer `t` is at most once in the heap; equal deadlines fire in the order of their numbers, which
 * keeps a simulated run identical however its chargers are split.
 */
export interface Timers {
  readonly deadlinesNs: Float64Array;
  /** Heap of timer numbers. */
  readonly heap: Int32Array;
  /** Where timer t stands in the heap, or -1. */
  readonly places: Int32Array;
  size: number;
}

export function createTimers(count: number): Timers {
  return {
    deadlinesNs: new Float64Array(count),
    heap: new Int32Array(count),
    places: new Int32Array(count).fill(-1),
    size: 0,
  };
}

/** Arms timer `t`, or moves it. */
export function arm(timers: Timers, t: number, deadlineNs: number): void {
  let place = timers.places[t];
  timers.deadlinesNs[t] = deadlineNs;
  if (place < 0) {
    place = timers.size++;
    timers.heap[place] = t;
    timers.places[t] = place;
  }
  sinkDown(timers, riseUp(timers, place));
}

export function isArmed(timers: Timers, t: number): boolean {
  return timers.places[t] >= 0;
}

export function disarm(timers: Timers, t: number): void {
  const place = timers.places[t];
  if (place < 0) return;
  timers.places[t] = -1;
  const last = timers.heap[--timers.size];
  if (last === t) return;
  timers.heap[place] = last;
  timers.places[last] = place;
  sinkDown(timers, riseUp(timers, place));
}

/** The earliest deadline, or Infinity. */
export function nextDeadlineNs(timers: Timers): number {
  return timers.size === 0 ? Number.POSITIVE_INFINITY : timers.deadlinesNs[timers.heap[0]];
}

/** Disarms and returns a timer that is due at `nowNs`, the earliest first; -1 when none is. */
export function takeDue(timers: Timers, nowNs: number): number {
  if (timers.size === 0) return -1;
  const t = timers.heap[0];
  if (timers.deadlinesNs[t] > nowNs) return -1;
  disarm(timers, t);
  return t;
}

function before(timers: Timers, a: number, b: number): boolean {
  const { deadlinesNs } = timers;
  return deadlinesNs[a] < deadlinesNs[b] || (deadlinesNs[a] === deadlinesNs[b] && a < b);
}

function riseUp(timers: Timers, start: number): number {
  const { heap, places } = timers;
  const t = heap[start];
  let place = start;
  while (place > 0) {
    const parent = (place - 1) >> 2;
    if (!before(timers, t, heap[parent])) break;
    heap[place] = heap[parent];
    places[heap[place]] = place;
    place = parent;
  }
  heap[place] = t;
  places[t] = place;
  return place;
}

function sinkDown(timers: Timers, start: number): void {
  const { heap, places, size } = timers;
  const t = heap[start];
  let place = start;
  for (;;) {
    const first = 4 * place + 1;
    if (first >= size) break;
    let least = first;
    const end = Math.min(first + 4, size);
    for (let child = first + 1; child < end; child++) {
      if (before(timers, heap[child], heap[least])) least = child;
    }
    if (!before(timers, heap[least], t)) break;
    heap[place] = heap[least];
    places[heap[place]] = place;
    place = least;
  }
  heap[place] = t;
  places[t] = place;
}
