/**
 * When events happen, as arithmetic: no clock, no state. A schedule is a piecewise linear rate;
 * event n lies where the integral of the rate reaches n.
 */
import { assert } from '../base/assert.ts';
import { UserError } from '../base/errors.ts';
import { parseDurationNs, parseRatePerS } from '../base/units.ts';
import type { ConnectProfile, RateProfile, RateStage } from '../scenario/types.ts';
import type { Schedule, ScheduleSegment } from './plan.ts';

const NS_PER_S = 1e9;

/** A straight piece of a rate, before it has its place in time. */
interface Piece {
  readonly durationNs: number;
  readonly fromPerS: number;
  readonly toPerS: number;
}

const durationNs = (text: string): number => {
  const ns = parseDurationNs(text);
  assert(ns !== undefined, `unchecked duration ${text}`);
  return ns;
};
const ratePerS = (text: string): number => {
  const perS = parseRatePerS(text);
  assert(perS !== undefined, `unchecked rate ${text}`);
  return perS;
};

/**
 * The connects of `count` chargers: all of them, none twice, the first one at time 0 of the run.
 * @param path names the profile in messages.
 * @throws UserError when stages end at rate 0 before all chargers are connected.
 */
export function compileConnects(profile: ConnectProfile, count: number, path: string): Schedule {
  if (profile.profile === 'allAtOnce') return { segments: [], total: count, endNs: 0 };
  if (profile.profile === 'ramp') {
    const overNs = durationNs(profile.over);
    const meanPerS = (count * NS_PER_S) / overNs;
    const [fromPerS, toPerS] =
      profile.shape === 'accelerating' ? [0, 2 * meanPerS] : [meanPerS, meanPerS];
    const segments = layOut([{ durationNs: overNs, fromPerS, toPerS }], 0);
    return { segments, total: count, endNs: overNs };
  }
  const segments = layOut(untilCount(profile, count, path), 0);
  const endNs = endOf({ segments, total: count, endNs: 0 }, count);
  return { segments, total: count, endNs };
}

/** Arrivals from `startNs` (the end of the ramp) to `endNs`; the last rate holds until then. */
export function compileArrivals(profile: RateProfile, startNs: number, endNs: number): Schedule {
  const pieces = piecesOf(profile);
  const plannedNs = pieces.reduce((sum, piece) => sum + piece.durationNs, 0);
  const last = lastPerS(profile);
  const restNs = endNs - startNs - plannedNs;
  if (restNs > 0) pieces.push({ durationNs: restNs, fromPerS: last, toPerS: last });
  const segments = layOut(cutAt(pieces, endNs - startNs), startNs);
  if (segments.length === 0) return { segments, total: 0, endNs };
  const schedule = { segments, total: Number.MAX_SAFE_INTEGER, endNs };
  // An event exactly at the end belongs to it no more; the small share undoes float rounding.
  const total = Math.max(0, Math.ceil(countBefore(schedule, endNs) - 1e-6));
  return { segments, total, endNs };
}

/** The stages; of a constant rate nothing, for it is all in what follows the last piece. */
function piecesOf(profile: RateProfile): Piece[] {
  return profile.profile === 'stages' ? stagePieces(profile.stages) : [];
}

/** The rate that holds after the last piece. */
function lastPerS(profile: RateProfile): number {
  return ratePerS(profile.profile === 'stages' ? profile.stages.at(-1)!.to : profile.rate);
}

function stagePieces(stages: readonly RateStage[]): Piece[] {
  let fromPerS = 0;
  return stages.map((stage) => {
    const toPerS = ratePerS(stage.to);
    const piece = { durationNs: durationNs(stage.duration), fromPerS, toPerS };
    fromPerS = toPerS;
    return piece;
  });
}

const eventsIn = ({ durationNs, fromPerS, toPerS }: Piece): number =>
  ((fromPerS + toPerS) / 2) * (durationNs / NS_PER_S);

/** Holds the last rate for as long as it takes to reach `count` events. */
function untilCount(profile: RateProfile, count: number, path: string): Piece[] {
  const pieces = piecesOf(profile);
  const planned = pieces.reduce((sum, piece) => sum + eventsIn(piece), 0);
  const last = lastPerS(profile);
  if (planned >= count) return pieces;
  if (last === 0) {
    const says = `${path} connects only ${Math.floor(planned)} of ${count} chargers`;
    throw new UserError(says, 'end the last stage at a rate above 0: it holds until all connected');
  }
  const restNs = ((count - planned) / last) * NS_PER_S;
  return [...pieces, { durationNs: restNs, fromPerS: last, toPerS: last }];
}

function cutAt(pieces: readonly Piece[], endNs: number): Piece[] {
  let startNs = 0;
  return pieces.flatMap((piece) => {
    const keptNs = Math.min(piece.durationNs, endNs - startNs);
    startNs += piece.durationNs;
    if (keptNs <= 0) return [];
    const share = keptNs / piece.durationNs;
    const toPerS = piece.fromPerS + (piece.toPerS - piece.fromPerS) * share;
    return [{ durationNs: keptNs, fromPerS: piece.fromPerS, toPerS }];
  });
}

function layOut(pieces: readonly Piece[], originNs: number): ScheduleSegment[] {
  let startNs = originNs;
  let firstCount = 0;
  return pieces.map((piece) => {
    const segment = { startNs, ...piece, firstCount };
    startNs += piece.durationNs;
    firstCount += eventsIn(piece);
    return segment;
  });
}

/**
 * When event `n` (from 0) happens, ns since the start of the run. Monotone in n. Where the rate is
 * zero for a while, an event that is due lies at the end of the pause.
 */
export function eventTimeNs(schedule: Schedule, n: number): number {
  const { segments } = schedule;
  if (segments.length === 0) return 0;
  let low = 0;
  let high = segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (segments[middle].firstCount <= n) low = middle;
    else high = middle - 1;
  }
  return timeWithin(segments[low], n);
}

/** Solves fromPerS t + growth / 2 t^2 = n - firstCount in the form that does not cancel. */
function timeWithin(segment: ScheduleSegment, n: number): number {
  const { startNs, durationNs, fromPerS, toPerS, firstCount } = segment;
  const events = n - firstCount;
  if (events <= 0) return startNs;
  const growthPerS2 = (toPerS - fromPerS) / (durationNs / NS_PER_S);
  const root = Math.sqrt(Math.max(0, fromPerS * fromPerS + 2 * growthPerS2 * events));
  const seconds = (2 * events) / (fromPerS + root);
  return startNs + Math.min(durationNs, seconds * NS_PER_S);
}

/** The last moment at which `count` events are complete: the other end of the last interval. */
function endOf(schedule: Schedule, count: number): number {
  const holder = schedule.segments.findLast((segment) => segment.firstCount < count);
  return holder ? timeWithin(holder, count) : 0;
}

/** The inverse of `eventTimeNs`: the integral of the rate up to `timeNs`, not rounded. */
export function countBefore(schedule: Schedule, timeNs: number): number {
  const { segments, total } = schedule;
  if (segments.length === 0) return timeNs > 0 ? total : 0;
  const segment = segments.findLast(({ startNs }) => startNs <= timeNs);
  if (!segment) return 0;
  const insideNs = Math.min(timeNs - segment.startNs, segment.durationNs);
  const slope = (segment.toPerS - segment.fromPerS) / segment.durationNs;
  const meanPerS = segment.fromPerS + (slope * insideNs) / 2;
  return Math.min(total, segment.firstCount + meanPerS * (insideNs / NS_PER_S));
}
