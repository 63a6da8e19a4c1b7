/** The sum of the last seconds of a stage: a window that slides by one interval. */
import { addDelta, type Delta, subtractDelta } from '../snapshot/delta.ts';
import { emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';

/** What an interval of a run adds. */
export interface Slice {
  readonly fromS: number;
  readonly toS: number;
  readonly delta: Delta;
}

export interface Window {
  readonly lengthS: number;
  readonly snapshot: Snapshot;
  readonly slices: Slice[];
  /** Of all slices together. */
  seconds: number;
}

/** An interval is a second give or take: a window is full when less than half of one is missing. */
const SLACK_S = 0.5;

export const isWhole = (seconds: number, lengthS: number) => seconds >= lengthS - SLACK_S;

export const emptyWindow = (lengthS: number, fleetCount: number): Window => ({
  lengthS,
  snapshot: emptySnapshot(fleetCount),
  slices: [],
  seconds: 0,
});

/** Adds the next slice and drops those that it pushes out; whether the window is full. */
export function slide(window: Window, slice: Slice): boolean {
  const { slices, snapshot, lengthS } = window;
  const length = ({ fromS, toS }: Slice) => toS - fromS;
  addDelta(snapshot, slice.delta);
  slices.push(slice);
  window.seconds += length(slice);
  while (isWhole(window.seconds - length(slices[0]), lengthS)) {
    const [first] = slices.splice(0, 1);
    subtractDelta(snapshot, first.delta);
    window.seconds -= length(first);
  }
  return isWhole(window.seconds, lengthS);
}
