/**
 * A load within a run under way: its chargers connect, it warms up, it is held. Which of these a
 * second belongs to follows from the seconds before it alone.
 */

export interface HoldSettings {
  /** Chargers that must have booted before the warm-up begins, and how long they have for it. */
  readonly booted: number;
  readonly patienceS: number;
  readonly warmupS: number;
  readonly holdS: number;
}

export type Phase = 'connecting' | 'warm-up' | 'hold' | 'over';

export interface HoldState {
  readonly phase: Phase;
  /** What there was of the phase. */
  readonly seconds: number;
  /** The seconds of the present stretch of the warm-up. */
  readonly warm: readonly HoldSecond[];
  /** Stretches of the warm-up that are over. */
  readonly stretches: number;
  /** Of a hold: that the warm-up ended because nothing was left over, not at its limit. */
  readonly isSettled: boolean;
}

export interface Responses {
  readonly count: number;
  readonly sumMs: number;
}

export interface HoldSecond {
  readonly lengthS: number;
  readonly booted: number;
  /** Connections made in it. */
  readonly connects: number;
  readonly calls: Calls;
  readonly responses: Responses;
}

/** CALLs of a second; `outstanding`: sent, and without an end when it was over. */
export interface Calls {
  readonly sent: number;
  readonly answered: number;
  readonly outstanding: number;
}

export const FIRST: HoldState = {
  ...{ phase: 'connecting', seconds: 0, warm: [], stretches: 0, isSettled: true },
};

/**
 * While what a load before, or the boots, left behind is still being worked off, the warm-up is as
 * long again, up to so many times.
 */
const MOST_STRETCHES = 5;
const STILL_FALLING = 0.9;
/** Differences below it are noise. */
const LEAST_MS = 20;

/** The state after another second; `phase` is that of the next one. */
export function afterSecond(
  state: HoldState,
  second: HoldSecond,
  settings: HoldSettings,
): HoldState {
  const { phase, stretches } = state;
  const spent = state.seconds + second.lengthS;
  const stay: HoldState = { ...state, seconds: spent };
  const go = (next: Phase, isSettled = state.isSettled): HoldState => ({
    ...{ phase: next, seconds: 0, warm: [], stretches: 0, isSettled },
  });
  switch (phase) {
    case 'connecting': {
      const isReady = second.booted >= settings.booted || spent >= settings.patienceS;
      return isReady ? go('warm-up') : stay;
    }
    case 'warm-up': {
      const warm = [...state.warm, second];
      if (!isWhole(spent, settings.warmupS)) return { ...stay, warm };
      const isSettled = !isUnsettled(warm, settings);
      if (isSettled || stretches + 1 >= MOST_STRETCHES) return go('hold', isSettled);
      return { ...state, seconds: 0, warm: [], stretches: stretches + 1 };
    }
    case 'hold':
      return isWhole(spent, settings.holdS) ? go('over') : stay;
    case 'over':
      return stay;
  }
}

/** Seconds are a little long or short: less than half of one may be missing. */
const isWhole = (seconds: number, wantedS: number) => seconds >= wantedS - 0.5;

/** Fewer CALLs say nothing. */
const FEWEST_CALLS = 10;
const CATCHING_UP = 1.1;

/** Whether clearly more was answered than sent: a backlog is being worked off. */
export const isCatchingUp = ({ sent, answered }: Pick<Calls, 'sent' | 'answered'>) =>
  answered - sent >= FEWEST_CALLS && answered > sent * CATCHING_UP;

/** More connections than this share of the fleet, in a stretch, are a fleet that still comes. */
const STILL_CONNECTING = 0.01;

function isUnsettled(warm: readonly HoldSecond[], { booted }: HoldSettings): boolean {
  const sum = (read: (second: HoldSecond) => number) =>
    warm.reduce((all, second) => all + read(second), 0);
  const sent = sum(({ calls }) => calls.sent);
  const answered = sum(({ calls }) => calls.answered);
  return (
    sum(({ connects }) => connects) > booted * STILL_CONNECTING ||
    isCatchingUp({ sent, answered }) ||
    hasBacklog(warm[warm.length - 1].calls.outstanding, answered) ||
    isFalling(warm.map(({ responses }) => responses))
  );
}

/** Whether the target needs half of a stretch or more for what is outstanding: boots take turns. */
const hasBacklog = (outstanding: number, answered: number) =>
  outstanding >= FEWEST_CALLS && outstanding > answered / 2;

/** Whether response times, by second, fell from one half of the time to the other. */
export function isFalling(warm: readonly Responses[]): boolean {
  const middle = Math.floor(warm.length / 2);
  if (middle === 0) return false;
  const [before, after] = [meanMs(warm.slice(0, middle)), meanMs(warm.slice(middle))];
  return before > LEAST_MS && after < before * STILL_FALLING;
}

function meanMs(responses: readonly Responses[]): number {
  const count = responses.reduce((sum, each) => sum + each.count, 0);
  return count === 0 ? 0 : responses.reduce((sum, each) => sum + each.sumMs, 0) / count;
}
