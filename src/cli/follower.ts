/** Who follows a run from its first connect to its report: files, the live page, Prometheus. */
import type { UserError } from '../base/errors.ts';
import type { RunOptions } from '../fleet/options.ts';
import type { Progress, RunEvent, RunResult } from '../fleet/result.ts';
import type { Plan } from '../plan/plan.ts';
import type { ResultFooter, ResultHeader } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';

/** None of it is needed; nothing of it may delay the run. */
export interface Follower {
  /**
   * Right before the first connect. @param agents of a run over several machines.
   * @throws UserError: then there is no run.
   */
  start?(header: ResultHeader, plan: Plan, agents?: readonly string[]): void;
  progress?(progress: Progress): void;
  event?(event: RunEvent): void;
  interval?(interval: Interval): void;
  readonly control?: RunOptions['onControl'];
  /** The report is printed. It may take a few seconds to deliver what is left, no more. */
  end?(footer: Omit<ResultFooter, 'intervals'>, result: RunResult): void | Promise<void>;
  /** In place of `end`: the run has no result. */
  abandon?(): void;
  /** What was asked for and could not be delivered, when all is over. */
  errors?(): readonly UserError[];
  /** At once, whatever happened. */
  close?(): void;
}

/** Tells each of them in turn. */
export function together(followers: readonly Follower[]): Required<Follower> {
  return {
    start: (...given) => followers.forEach((each) => void each.start?.(...given)),
    progress: (progress) => followers.forEach((each) => void each.progress?.(progress)),
    event: (event) => followers.forEach((each) => void each.event?.(event)),
    interval: (interval) => followers.forEach((each) => void each.interval?.(interval)),
    control: (control) => followers.forEach((each) => void each.control?.(control)),
    async end(footer, result) {
      await Promise.all(followers.map((each) => each.end?.(footer, result)));
    },
    abandon: () => followers.forEach((each) => void each.abandon?.()),
    errors: () => followers.flatMap((each) => each.errors?.() ?? []),
    close: () => followers.forEach((each) => void each.close?.()),
  };
}
