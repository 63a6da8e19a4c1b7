/**
 * What waits to be told of a share, put together when it waits for long. Bounded: seconds are
 * joined then, so that sums stay exact; of the ledger it is told what did not fit.
 */
import type { Interval } from '../series/interval.ts';
import { joinIntervals, joinsInto } from '../series/join.ts';
import type { ShareEnd, Up } from '../share/up.ts';
import { encodeUp, MAX_UP_BYTES } from '../share/up-codec.ts';

/** Seconds that may wait before they are joined. */
export const MOST_INTERVALS = 900;
/** Of the ledger; a line is some hundred bytes. */
const MOST_LEDGER_CHARACTERS = 64_000_000;
const MOST_OTHERS = 1_000;

const INTERVALS_A_MESSAGE = 60;
const LEDGER_CHARACTERS_A_MESSAGE = 250_000;

export interface Backlog {
  add(up: Up): void;
  /** What is to be told next, within what a message may have; the end is the last. */
  next(): Up | null;
  isEmpty(): boolean;
  /** Seconds that wait. */
  waiting(): number;
}

export function createBacklog(): Backlog {
  let others: Up[] = [];
  let lostEvents = 0;
  const lost = (): Up | null => {
    if (lostEvents === 0) return null;
    const text = `${lostEvents} events are missing: the bus was away for too long`;
    lostEvents = 0;
    return { type: 'event', event: { atS: 0, text } };
  };
  const seconds = secondsWaiting();
  const ledger = ledgerWaiting();
  let ended: ShareEnd | null = null;
  return {
    add(up) {
      if (up.type === 'intervals') seconds.add(up.intervals);
      else if (up.type === 'ledger') ledger.add(up.text);
      else if (up.type === 'ended') ended = up.end;
      else {
        // Only the last offset is worth its way.
        if (up.type === 'offset') others = others.filter(({ type }) => type !== 'offset');
        if (up.type !== 'event' || others.length < MOST_OTHERS) others.push(up);
        else lostEvents++;
      }
    },
    next() {
      const first = others.shift() ?? lost() ?? seconds.next() ?? ledger.next();
      if (first !== null || ended === null) return first;
      const end = ended;
      ended = null;
      return { type: 'ended', end };
    },
    isEmpty: () =>
      others.length + lostEvents === 0 &&
      seconds.count() === 0 &&
      ledger.isEmpty() &&
      ended === null,
    waiting: seconds.count,
  };
}

function secondsWaiting() {
  let intervals: readonly Interval[] = [];
  let stepS = 1;
  return {
    count: () => intervals.length,
    add(added: readonly Interval[]) {
      intervals = [...intervals, ...added];
      while (intervals.length > MOST_INTERVALS && stepS < MOST_INTERVALS) {
        stepS *= 2;
        intervals = joined(intervals, stepS);
      }
    },
    next(): Up | null {
      if (intervals.length === 0) return null;
      const { first, rest } = cut(intervals);
      intervals = rest;
      if (rest.length === 0) stepS = 1;
      return { type: 'intervals', intervals: first };
    },
  };
}

function ledgerWaiting() {
  let ledger = '';
  let lostCharacters = 0;
  return {
    isEmpty: () => ledger === '' && lostCharacters === 0,
    add(text: string) {
      if (ledger.length + text.length <= MOST_LEDGER_CHARACTERS) ledger += text;
      else lostCharacters += text.length;
    },
    next(): Up | null {
      if (ledger !== '') {
        const end = lineEnd(ledger, LEDGER_CHARACTERS_A_MESSAGE);
        const text = ledger.slice(0, end);
        ledger = ledger.slice(end);
        return { type: 'ledger', text };
      }
      if (lostCharacters === 0) return null;
      const text = `the ledger lacks ${lostCharacters} characters: the bus was away for too long`;
      lostCharacters = 0;
      return { type: 'event', event: { atS: 0, text } };
    },
  };
}

function joined(intervals: readonly Interval[], stepS: number): Interval[] {
  const kept: Interval[] = [];
  for (const interval of intervals) {
    const last = kept.at(-1);
    if (last !== undefined && joinsInto(last, interval, stepS)) {
      kept[kept.length - 1] = joinIntervals(last, interval);
    } else kept.push(interval);
  }
  return kept;
}

/** As many of the first as go into one message. */
function cut(intervals: readonly Interval[]): {
  readonly first: readonly Interval[];
  readonly rest: readonly Interval[];
} {
  let count = Math.min(intervals.length, INTERVALS_A_MESSAGE);
  while (count > 1 && sizeOf(intervals.slice(0, count)) > MAX_UP_BYTES) count >>= 1;
  const first = intervals.slice(0, count);
  const rest = intervals.slice(count);
  if (count > 1 || sizeOf(first) <= MAX_UP_BYTES) return { first, rest };
  const [one, other] = halves(first[0]);
  return { first: [one], rest: [other, ...rest] };
}

const MARK = { share: 0, epoch: 1, sequence: 0 };
const MARK_BYTES = 100;

const sizeOf = (intervals: readonly Interval[]): number =>
  encodeUp(MARK, { type: 'intervals', intervals }).length + MARK_BYTES;

/** A second that is too much for one message, as two of the same index whose sum it is. */
export function halves(interval: Interval): readonly [Interval, Interval] {
  const { delta } = interval;
  const middle = delta.histograms.length >> 1;
  const none = { counterPlaces: new Uint32Array(), counterChanges: new Float64Array() };
  return [
    { ...interval, delta: { ...delta, histograms: delta.histograms.slice(0, middle) } },
    {
      ...interval,
      health: null,
      delta: { ...delta, ...none, histograms: delta.histograms.slice(middle) },
    },
  ];
}

/** Where the last line that ends within `most` characters does; without one, `most`. */
function lineEnd(text: string, most: number): number {
  if (text.length <= most) return text.length;
  const end = text.lastIndexOf('\n', most - 1) + 1;
  return end === 0 ? most : end;
}
