/** What an agent tells of a share, into the log of the run. */
import type { Ending, GeneratorHealth, RunEvent, RunResult } from '../fleet/result.ts';
import type { Verdict } from '../health/verdict.ts';
import type { ResultHeader } from '../result/types.ts';
import type { Interval } from '../series/interval.ts';
import type { ClockOffset } from './records.ts';

/** Whose words these are, and the how manieth of that share and epoch, from 0. */
export interface UpMark {
  readonly share: number;
  readonly epoch: number;
  readonly sequence: number;
}

export type Up =
  /** Its shards have laid out their frames and wait for the start. */
  | { readonly type: 'ready'; readonly header: ResultHeader; readonly offset: ClockOffset }
  /** It cannot run the share: the run has to do without this agent. */
  | { readonly type: 'refused'; readonly message: string; readonly hint: string }
  /** `atMs`: when its shards began, on the coordinator's clock as it knows it. */
  | { readonly type: 'began'; readonly atMs: number; readonly offset: ClockOffset }
  | { readonly type: 'offset'; readonly offset: ClockOffset }
  /** Seconds of the run, in their order; more than one when they had to wait. */
  | { readonly type: 'intervals'; readonly intervals: readonly Interval[] }
  | { readonly type: 'event'; readonly event: RunEvent }
  | { readonly type: 'ledger'; readonly text: string }
  /** What came of an order to drop connections. */
  | {
      readonly type: 'dropped';
      readonly draw: number;
      readonly dropped: number;
      readonly open: number;
    }
  /** The last; what was recorded before is all of it. */
  | { readonly type: 'ended'; readonly end: ShareEnd };

export interface ShareEnd
  extends Pick<RunResult, 'rampS' | 'warmupS' | 'steadyS' | 'drainS' | 'peakConnected'> {
  readonly ending: Ending;
  readonly error: { readonly message: string; readonly stack: string } | null;
  readonly generator: GeneratorHealth;
  /** Of this agent's machine alone. */
  readonly verdict: Verdict;
  /** The agent gave the share up, its lease being lost: what it had open is closed. */
  readonly leaseLost: boolean;
  /** The agent was told to leave: it has ended the share early, whatever the run does. */
  readonly stopped: boolean;
}
