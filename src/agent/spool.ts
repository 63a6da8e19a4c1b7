/**
 * What is to be told of a share, in its order and numbered without a gap: a pure state machine. One
 * message at a time leaves, again and again until it is confirmed, always as the same bytes; what has
 * to wait meanwhile is put together. Bounded: seconds are joined then, so sums stay exact.
 */

import type { Interval } from '../series/interval.ts';
import { joinIntervals, joinsInto } from '../series/join.ts';
import type { ShareEnd, Up, UpMark } from '../share/up.ts';
import { encodeUp, MAX_UP_BYTES, upId } from '../share/up-codec.ts';

/** Seconds that may wait before they are joined. */
export const MOST_INTERVALS = 900;
/** Of the ledger; a line is some hundred bytes. */
export const MOST_LEDGER_CHARACTERS = 64_000_000;
const MOST_OTHERS = 1_000;

const INTERVALS_A_MESSAGE = 60;
const LEDGER_CHARACTERS_A_MESSAGE = 250_000;

export interface Message {
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Spool {
  add(up: Up): void;
  /** The message that is to leave; null: there is none, or the one before is not confirmed. */
  take(): Message | null;
  /** It is kept: the next one may leave. */
  confirmed(): void;
  /** It may be lost: the same one leaves again. */
  failed(): void;
  isEmpty(): boolean;
  /** Seconds that wait. */
  waiting(): number;
}

export function createSpool(mark: Omit<UpMark, 'sequence'>): Spool {
  let sequence = 0;
  let intervals: readonly Interval[] = [];
  let stepS = 1;
  let ledger = '';
  let lostCharacters = 0;
  let others: Up[] = [];
  let ended: ShareEnd | null = null;
  let head: Message | null = null;
  let underWay = false;

  const addLedger = (text: string) => {
    if (ledger.length + text.length <= MOST_LEDGER_CHARACTERS) ledger += text;
    else lostCharacters += text.length;
  };
  const addOther = (up: Up) => {
    // Only the last offset is worth its way.
    if (up.type === 'offset') others = others.filter(({ type }) => type !== 'offset');
    if (others.length < MOST_OTHERS) others.push(up);
  };
  const addIntervals = (added: readonly Interval[]) => {
    intervals = [...intervals, ...added];
    while (intervals.length > MOST_INTERVALS && stepS < MOST_INTERVALS) {
      stepS *= 2;
      intervals = joined(intervals, stepS);
    }
    if (intervals.length <= INTERVALS_A_MESSAGE) stepS = 1;
  };
  const nextUp = (): Up | null => {
    const other = others.shift();
    if (other !== undefined) return other;
    if (intervals.length > 0) {
      const { first, rest } = cut(intervals);
      intervals = rest;
      return { type: 'intervals', intervals: first };
    }
    if (ledger !== '') {
      const end = lineEnd(ledger, LEDGER_CHARACTERS_A_MESSAGE);
      const text = ledger.slice(0, end);
      ledger = ledger.slice(end);
      return { type: 'ledger', text };
    }
    if (lostCharacters > 0) {
      const text = `the ledger lacks ${lostCharacters} characters: there was no room while the bus was away`;
      lostCharacters = 0;
      return { type: 'event', event: { atS: 0, text } };
    }
    if (ended === null) return null;
    const up: Up = { type: 'ended', end: ended };
    ended = null;
    return up;
  };
  return {
    add(up) {
      if (up.type === 'intervals') addIntervals(up.intervals);
      else if (up.type === 'ledger') addLedger(up.text);
      else if (up.type === 'ended') ended = up.end;
      else addOther(up);
    },
    take() {
      if (underWay) return null;
      if (head === null) {
        const up = nextUp();
        if (up === null) return null;
        const own = { ...mark, sequence: sequence++ };
        head = { id: upId(own), bytes: encodeUp(own, up) };
      }
      underWay = true;
      return head;
    },
    confirmed() {
      head = null;
      underWay = false;
    },
    failed() {
      underWay = false;
    },
    isEmpty: () =>
      head === null &&
      others.length === 0 &&
      intervals.length === 0 &&
      ledger === '' &&
      lostCharacters === 0 &&
      ended === null,
    waiting: () => intervals.length,
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
