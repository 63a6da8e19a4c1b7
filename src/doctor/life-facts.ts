/** What became of a life at the target, as the checks look at it. */
import type { Dialect } from '../chargers/model.ts';
import { parseEndpoint } from '../engine/socket/handshake.ts';
import type { RunResult } from '../fleet/result.ts';
import { ACTIONS, type Action } from '../ocpp/actions.ts';
import { summarise } from '../snapshot/hdr.ts';
import type { ConnectFailure } from '../snapshot/layout.ts';
import {
  type CallCounts,
  callCounts,
  connectFailures,
  runCounter,
  runLatency,
} from '../snapshot/snapshot.ts';

export interface LifeFacts {
  readonly dialect: Dialect;
  /** Why it did not connect; null: it did. */
  readonly failure: ConnectFailure | null;
  readonly failureDetail: string;
  readonly urlHasCredentials: boolean;
  readonly booted: boolean;
  readonly upgradeMs: number;
  readonly bootMs: number;
  /** CALLs answered with a CALLRESULT. */
  readonly answered: number;
  /** Answered with a CALLERROR. */
  readonly errors: readonly Action[];
  /** The code of the first CALLERROR, or `''`. */
  readonly errorCode: string;
  /** Timed out, or lost with the connection. */
  readonly unanswered: readonly Action[];
  /** Answered with a status such as Invalid. */
  readonly refused: readonly Action[];
  /** A transaction was begun and stopped. */
  readonly charged: boolean;
}

export function lifeFactsOf(dialect: Dialect, result: RunResult): LifeFacts {
  const { snapshot, events, targetUrl } = result;
  const counts = ACTIONS.map((_, index) => callCounts(snapshot, 'whole', index));
  const those = (pick: (of: CallCounts) => number) =>
    ACTIONS.filter((_, index) => pick(counts[index]) > 0);
  const text = (pattern: RegExp) => pattern.exec(events.map((each) => each.text).join('\n'));
  const p50Ms = (name: 'upgrade' | 'boot') => summarise(runLatency(snapshot, name)).p50;
  const [failure = 'other'] = Object.keys(connectFailures(snapshot)) as ConnectFailure[];
  return {
    dialect,
    failure: runCounter(snapshot, 'everConnected') > 0 ? null : failure,
    failureDetail: text(/^connect failed \([^)]*\): (.*)$/m)?.[1] ?? '',
    urlHasCredentials: parseEndpoint(targetUrl).credentials !== null,
    booted: runCounter(snapshot, 'booted') > 0,
    ...{ upgradeMs: p50Ms('upgrade'), bootMs: p50Ms('boot') },
    answered: callCounts(snapshot, 'whole').answered,
    errors: those(({ callError }) => callError),
    errorCode: text(/CALLERROR: \[4, *"[^"]*", *"(\w+)"/)?.[1] ?? '',
    unanswered: those(({ timedOut, lost }) => timedOut + lost),
    refused: those(({ refused }) => refused),
    charged: runCounter(snapshot, 'transactionsStopped') > 0,
  };
}
