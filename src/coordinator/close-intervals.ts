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

interface State {
  readonly deliverers: Map<number, Deliverer>;
  readonly open: Map<number, Interval>;
  /** What comes with the next that closes. */
  extra: { readonly delta: Delta; readonly stage: Stage } | null;
  next: number;
  /** The last that has closed. */
  last: Pick<Interval, 'toS' | 'stage'>;
}

export function closeIntervals(): Closer {
  const state: State = {
    ...{ deliverers: new Map(), open: new Map(), extra: null, next: 0 },
    last: { toS: 0, stage: 'starting' },
  };
  const known = (who: number) => state.deliverers.get(who) as Deliverer;
  return {
    next: () => state.next,
    begin(who) {
      const through = state.next - 1;
      state.deliverers.set(who, { through, without: 0, late: 0, waited: true });
    },
    deliver: (who, interval) => deliver(state, known(who), interval),
    add: (delta) => addExtra(state, delta, state.last.stage),
    end(who, whole) {
      const each = known(who);
      each.waited = false;
      if (whole) each.without = each.late;
    },
    take() {
      const all = waited(state).map(({ through }) => through);
      return closeTo(state, Math.min(...all, ...none(all)));
    },
    closeTo: (index) => closeTo(state, index),
    waitsFor: () =>
      [...state.deliverers].flatMap(([who, each]) =>
        each.waited && each.through < state.next ? who : [],
      ),
    flush() {
      const closed = closeTo(state, Math.max(state.next - 1, ...state.open.keys()));
      return state.extra === null ? closed : [...closed, ...closeTo(state, state.next)];
    },
    of(who) {
      const { without, late } = known(who);
      return { late, missing: Math.max(0, without - late) };
    },
  };
}

const waited = ({ deliverers }: State) => [...deliverers.values()].filter((each) => each.waited);

function addExtra(state: State, delta: Delta, stage: Stage): void {
  const { extra } = state;
  state.extra = { delta: extra === null ? delta : joinDeltas(extra.delta, delta), stage };
}

function deliver(state: State, each: Deliverer, interval: Interval): void {
  const { open, next } = state;
  // One that was joined, or read late, holds those before it as well.
  const first = each.through + 1;
  each.through = Math.max(each.through, interval.index);
  each.late += Math.max(0, Math.min(each.through + 1, next) - first);
  if (interval.index < next) {
    addExtra(state, interval.delta, interval.stage);
    return;
  }
  const there = open.get(interval.index);
  open.set(interval.index, there === undefined ? interval : beside(there, interval));
}

function closeTo(state: State, index: number): Interval[] {
  const closed: Interval[] = [];
  while (state.next <= index) {
    const whole = closeNext(state);
    if (whole !== null) closed.push(whole);
  }
  return closed;
}

/** The second as it is, with what had no place of its own; null: there is nothing of it. */
function closeNext(state: State): Interval | null {
  const { open, extra, last } = state;
  const index = state.next++;
  const onTime = open.get(index) ?? null;
  open.delete(index);
  for (const each of waited(state)) if (each.through < index) each.without++;
  const whole = onTime === null ? extra && lateAlone(index, last.toS, extra) : onTime;
  if (whole === null) return null;
  state.extra = null;
  state.last = whole;
  if (onTime === null || extra === null) return whole;
  return { ...whole, delta: joinDeltas(whole.delta, extra.delta) };
}

/** Nobody is waited for: nothing closes by itself, since nobody knows what will still come. */
const none = (waited: readonly unknown[]) => (waited.length === 0 ? [-1] : []);

/** A second of which only what came too late for others is known. */
function lateAlone(
  index: number,
  fromS: number,
  { delta, stage }: { readonly delta: Delta; readonly stage: Stage },
): Interval {
  return { index, fromS, toS: Math.max(fromS, index + 1), stage, delta, health: null };
}
