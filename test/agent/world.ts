/** Agents on a bus in memory, in virtual time: the clock goes on when nothing is left to do. */

import type { Timers } from '../../src/agent/ports.ts';
import type { Clock } from '../../src/base/clock.ts';
import { type HubOptions, memoryHub } from '../bus/memory.ts';

interface Timer {
  readonly atMs: number;
  readonly order: number;
  readonly act: () => void;
}

/** A moment far from 0, at which no two clocks agree. */
const WALL_MS = 1_764_000_000_000;

export function createWorld(options: Omit<HubOptions, 'schedule'> = {}) {
  let nowMs = 0;
  let order = 0;
  const due = new Set<Timer>();
  const add = (delayMs: number, act: () => void) => {
    const timer = { atMs: nowMs + Math.max(0, delayMs), order: order++, act };
    due.add(timer);
    return timer;
  };
  const hub = memoryHub({ ...options, schedule: (act, delayMs) => void add(delayMs, act) });
  const next = () => {
    let first: Timer | null = null;
    for (const timer of due) {
      const before = first === null || timer.atMs < first.atMs;
      if (before || (timer.atMs === first?.atMs && timer.order < first.order)) first = timer;
    }
    return first;
  };
  const timers: Timers = {
    after(delayMs, act) {
      const timer = add(delayMs, act);
      return () => void due.delete(timer);
    },
  };
  const run = async (ms: number) => {
    const endMs = nowMs + ms;
    for (;;) {
      await settled();
      const timer = next();
      if (timer === null || timer.atMs > endMs) break;
      due.delete(timer);
      nowMs = timer.atMs;
      timer.act();
    }
    nowMs = endMs;
    await settled();
  };
  return {
    hub,
    nowMs: () => nowMs,
    timers,
    /** A machine's clock; `aheadMs`: of its wall clock. */
    clock: (aheadMs = 0): Clock => ({
      nowNs: () => (5_000 + nowMs) * 1e6,
      wallMs: () => WALL_MS + nowMs + aheadMs,
    }),
    machine: () => frozenMachine(timers),
    /** Lets virtual time pass. */
    run,
    /** Lets as much of it pass as `promise` needs. */
    async wait<T>(promise: Promise<T>): Promise<T> {
      let settledYet = false;
      const watched = promise.finally(() => {
        settledYet = true;
      });
      while (!settledYet) await run(10);
      return watched;
    },
  };
}

/** A machine whose timers stand still while it is frozen, and fire at once when it wakes. */
function frozenMachine(world: Timers) {
  let frozen = false;
  const late: (() => void)[] = [];
  const after: Timers['after'] = (delayMs, act) => {
    let cancelled = false;
    const fire = () => {
      if (cancelled) return;
      if (frozen) late.push(fire);
      else act();
    };
    const cancel = world.after(delayMs, fire);
    return () => {
      cancelled = true;
      cancel();
    };
  };
  return {
    timers: { after } satisfies Timers,
    freeze() {
      frozen = true;
    },
    wake() {
      frozen = false;
      for (const act of late.splice(0)) act();
    },
  };
}

export type World = ReturnType<typeof createWorld>;

/** What promises have to do is done: nothing here waits for anything but promises and timers. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 40; turn++) await undefined;
}
