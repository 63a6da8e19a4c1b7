/**
 * The seconds of a run, added up over its shares. A second closes when every share that runs has
 * delivered it, or is closed without those that have not: what they deliver later is added to the
 * next one that closes, so sums are always exact, and only their place in time is lost.
 */
import { beside } from '../result/merge.ts';
import type { Interval, Stage } from '../series/interval.ts';
import { type Delta, joinDeltas } from '../snapshot/delta.ts';

/** How a share delivered, in seconds of the run. */
export interface Delivery {
  /** Closed without it, and not delivered so far; none of one that has told its end. */
  readonly missing: number;
  /** Delivered when they were closed already. */
  readonly late: number;
}

/** `who` numbers those that deliver, each of which begins once. */
export interface Closer {
  /** The second that closes next. */
  next(): number;
  /** From the next second on it is waited for. */
  begin(who: number): void;
  /** Whatever its place in time. */
  deliver(who: number, interval: Interval): void;
  /** What no second has of its own: it comes with the next that closes. */
  add(delta: Delta): void;
  /** It is waited for no more. @param whole it has delivered all that it had. */
  end(who: number, whole: boolean): void;
  /** Takes the seconds that all have delivered, in their order. */
  take(): Interval[];
  /** Closes all seconds to this one, whoever has not delivered. */
  closeTo(index: number): Interval[];
  /** Who is waited for now. */
  waitsFor(): number[];
  /** All that is left: none that delivers is left either. */
  flush(): Interval[];
  of(who: number): Delivery;
}

interface Deliverer {
  /** The last second that it has delivered. */
  through: number;
  /** Closed while it was waited for, and not delivered by then. */
  without: number;
  late: number;
  waited: boolean;
}

export function closeIntervals(): Closer {
  const deliverers = new Map<number, Deliverer>();
  const open = new Map<number, Interval>();
  let extra: { delta: Delta; stage: Stage } | null = null;
  let next = 0;
  let last: Pick<Interval, 'toS' | 'stage'> = { toS: 0, stage: 'starting' };
  const waited = () => [...deliverers.values()].filter((each) => each.waited);
  const known = (who: number): Deliverer => deliverers.get(who) as Deliverer;
  const addExtra = (delta: Delta, stage: Stage) => {
    extra = { delta: extra === null ? delta : joinDeltas(extra.delta, delta), stage };
  };

  /** The second as it is, with what had no place of its own; null: there is nothing of it. */
  const close = (index: number): Interval | null => {
    const onTime = open.get(index) ?? null;
    open.delete(index);
    next = index + 1;
    for (const each of waited()) if (each.through < index) each.without++;
    if (onTime === null && extra === null) return null;
    const { delta, stage } = extra ?? { delta: null, stage: last.stage };
    const whole: Interval =
      onTime === null
        ? lateAlone(index, last.toS, delta as Delta, stage)
        : delta === null
          ? onTime
          : { ...onTime, delta: joinDeltas(onTime.delta, delta) };
    extra = null;
    last = whole;
    return whole;
  };
  const closeTo = (index: number): Interval[] => {
    const closed: Interval[] = [];
    while (next <= index) {
      const whole = close(next);
      if (whole !== null) closed.push(whole);
    }
    return closed;
  };
  return {
    next: () => next,
    begin: (who) =>
      void deliverers.set(who, { through: next - 1, without: 0, late: 0, waited: true }),
    deliver(who, interval) {
      const each = known(who);
      // One that was joined, or read late, holds those before it as well.
      const first = each.through + 1;
      each.through = Math.max(each.through, interval.index);
      each.late += Math.max(0, Math.min(each.through + 1, next) - first);
      if (interval.index < next) return addExtra(interval.delta, interval.stage);
      const there = open.get(interval.index);
      open.set(interval.index, there === undefined ? interval : beside(there, interval));
    },
    add: (delta) => addExtra(delta, last.stage),
    end(who, whole) {
      const each = known(who);
      each.waited = false;
      if (whole) each.without = each.late;
    },
    take: () => closeTo(Math.min(...waited().map(({ through }) => through), ...none(waited()))),
    closeTo,
    waitsFor: () =>
      [...deliverers].flatMap(([who, { waited, through }]) =>
        waited && through < next ? who : [],
      ),
    flush() {
      const closed = closeTo(Math.max(next - 1, ...open.keys()));
      return extra === null ? closed : [...closed, close(next) as Interval];
    },
    of(who) {
      const { without, late } = known(who);
      return { late, missing: Math.max(0, without - late) };
    },
  };
}

/** Nobody is waited for: nothing closes by itself, since nobody knows what will still come. */
const none = (waited: readonly unknown[]) => (waited.length === 0 ? [-1] : []);

/** A second of which only what came too late for others is known. */
function lateAlone(index: number, fromS: number, delta: Delta, stage: Stage): Interval {
  return { index, fromS, toS: Math.max(fromS, index + 1), stage, delta, health: null };
}
