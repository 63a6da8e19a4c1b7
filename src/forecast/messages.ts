/** What the threads of a forecast are told, and say: the figures are in memory that is shared. */
import type { Plan } from '../plan/plan.ts';
import type { Assumed } from './assumed.ts';

/** The work of a thread: shards `first`, `first + every`, `first + 2 every`, ... of `shards`. */
export interface ForecastTask {
  readonly plan: Plan;
  readonly assumed: Assumed;
  readonly shards: number;
  readonly first: number;
  readonly every: number;
  /** Whole seconds. */
  readonly seconds: number;
  /** `binCount(seconds)` numbers. */
  readonly bins: SharedArrayBuffer;
  /** Two words: seconds that are done, and 1 when the thread should end. */
  readonly state: SharedArrayBuffer;
}

export const StateWord = { doneS: 0, stop: 1 } as const;
export const STATE_WORDS = 2;

/** Why a thread ended early: a script threw, or asked for the end. */
export interface ForecastTrouble {
  readonly kind: 'thrown' | 'aborted';
  readonly message: string;
  readonly stack: string;
}

/** null: it ended as it should. */
export type ForecastEnd = ForecastTrouble | null;
