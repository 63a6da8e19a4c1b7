/** What went wrong in a run, by kind. */
import type { RunCounter } from '../snapshot/layout.ts';
import {
  callCounts,
  connectFailures,
  disconnects,
  runCounter,
  type Snapshot,
} from '../snapshot/snapshot.ts';

export interface ErrorCount {
  readonly of: 'CALL' | 'connect' | 'connection' | 'message';
  /** Of a closed set: `timedOut`, `http503`, `closedByTarget`, `unreadable`, ... */
  readonly kind: string;
  readonly count: number;
}

const CALL_ERRORS = [
  ...(['callError', 'timedOut', 'lost', 'invalidReply'] as const),
  ...(['refused', 'dropped', 'unsent'] as const),
];
const MESSAGE_ERRORS: readonly RunCounter[] = [
  ...(['late', 'duplicate', 'unknownId', 'unreadable', 'clockUnreadable'] as const),
];

/** Of the whole run so far; kinds that did not occur are left out. */
export function errorsOf(snapshot: Snapshot): ErrorCount[] {
  const calls = callCounts(snapshot, 'whole');
  const all: ErrorCount[] = [
    ...CALL_ERRORS.map((kind) => ({ of: 'CALL' as const, kind, count: calls[kind] })),
    ...listed('connect', connectFailures(snapshot)),
    ...listed('connection', disconnects(snapshot)),
    ...MESSAGE_ERRORS.map((kind) => {
      return { of: 'message' as const, kind, count: runCounter(snapshot, kind) };
    }),
  ];
  return all.filter(({ count }) => count > 0);
}

const listed = (of: ErrorCount['of'], counts: Readonly<Record<string, number>>) =>
  Object.entries(counts).map(([kind, count]) => ({ of, kind, count }));
