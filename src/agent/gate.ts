/** Where a share waits for its start, and may be left before it. */

import { deferred } from '../base/deferred.ts';

/** The share is left before it began. */
export class Left extends Error {
  override readonly name = 'Left';
  /** `givenBack`: somebody else may have it; `over`: nobody needs it. */
  readonly outcome: 'givenBack' | 'over';

  constructor(outcome: 'givenBack' | 'over', why: string) {
    super(why);
    this.outcome = outcome;
  }
}

export interface Gate {
  /** All begin at this moment of the coordinator's clock, ms. */
  open(atMs: number): void;
  isOpen(): boolean;
  /** Nothing begins any more, unless it has begun. The first reason counts. */
  leave(left: Left): void;
  left(): Left | null;
  /** Resolves when it is left; never, if it is not. */
  whenLeft(): Promise<Left>;
  /** Resolves with the moment of the start. @throws Left */
  pass(): Promise<number>;
  hasPassed(): boolean;
}

export function startGate(): Gate {
  let atMs: number | null = null;
  let left: Left | null = null;
  let passed = false;
  const whenLeft = deferred<Left>();
  let waiting: { resolve: (atMs: number) => void; reject: (left: Left) => void } | null = null;
  const settle = () => {
    if (waiting === null || passed) return;
    if (left !== null) waiting.reject(left);
    else if (atMs !== null) {
      passed = true;
      waiting.resolve(atMs);
    }
  };
  return {
    open(startMs) {
      atMs ??= startMs;
      settle();
    },
    isOpen: () => atMs !== null,
    leave(reason) {
      if (passed || left !== null) return;
      left = reason;
      whenLeft.resolve(reason);
      settle();
    },
    left: () => left,
    whenLeft: () => whenLeft.promise,
    pass: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        settle();
      }),
    hasPassed: () => passed,
  };
}
