import { ACTIONS } from '../ocpp/actions.ts';

/** What the embedded central system counted, by itself: what a run compares and reports. */
export interface EmbeddedCounters {
  readonly connectionsAccepted: number;
  readonly connectionsOpen: number;
  /** CALLs received, per action; `UNKNOWN_ACTION` and `MALFORMED` only when there were any. */
  readonly received: Readonly<Record<string, number>>;
  /** CALLRESULTs and CALLERRORs sent. */
  readonly answered: number;
  readonly errored: number;
  /** CALLs not answered on purpose, by the switches. */
  readonly silenced: number;
  readonly dropped: number;
  /** Messages refused by its own input checks (they are in `errored` too). */
  readonly invalid: number;
}

/**
 * All of its counters. At every moment
 * `sum(received) = answered + errored + silenced + dropped + corrupted + abandoned + pending` and
 * `commandsSent = commandsAccepted + commandsErrored + commandsTimedOut + commandsLost
 * + commandsPending`.
 */
export interface CsmsCounters extends EmbeddedCounters {
  /** Upgrades answered with another HTTP status than 101. */
  readonly connectionsRefused: number;
  /** Connections closed with 1008 right after the 101, for a reason of its own. */
  readonly connectionsTurnedAway: number;
  /** Chargers of which a BootNotification was accepted. */
  readonly booted: number;
  /** CALLs whose answer a fault made useless: garbage, a wrong id, a broken frame. */
  readonly corrupted: number;
  /** CALLs whose connection was gone when the answer was ready. */
  readonly abandoned: number;
  /** CALLs whose answer waits for its delay. */
  readonly pending: number;
  /** CALLRESULTs and CALLERRORs received. */
  readonly responses: number;
  /** Of them, those that answer none of our outstanding CALLs. */
  readonly responsesUnmatched: number;
  /** CALLs that we sent, and what became of them. */
  readonly commandsSent: number;
  /** CALLRESULTs, whatever their status says. */
  readonly commandsAccepted: number;
  readonly commandsErrored: number;
  readonly commandsTimedOut: number;
  /** Those whose connection went. */
  readonly commandsLost: number;
  readonly commandsPending: number;
  /** CALLs that never left: no connection, or too many waited. */
  readonly commandsDropped: number;
  /** CALLs about a running transaction when there was none. */
  readonly commandsSkipped: number;
  /** CALLs sent, per action; only when there were any. */
  readonly commands?: Readonly<Record<string, number>>;
  /** Messages sent by `faults.hostile`, which are no commands. */
  readonly hostileSent: number;
  readonly transactionsStarted: number;
  readonly transactionsStopped: number;
  /** StopTransactions for an id that is not under way. */
  readonly transactionsUnknown: number;
  /** StartTransactions that repeat one under way, and stops that repeat one of the last. */
  readonly duplicateStarts: number;
  readonly duplicateStops: number;
}

/** Keys of `received` for what is not an action of OCPP 1.6; a name from outside is never a key. */
export const UNKNOWN_ACTION = '(unknown action)';
export const MALFORMED = '(malformed)';

export type MutableCounters = {
  -readonly [Name in keyof CsmsCounters]: Name extends 'received' | 'commands'
    ? Record<string, number>
    : CsmsCounters[Name];
};

export function emptyCounters(): MutableCounters {
  return {
    connectionsAccepted: 0,
    connectionsOpen: 0,
    connectionsRefused: 0,
    connectionsTurnedAway: 0,
    booted: 0,
    received: Object.fromEntries(ACTIONS.map((action) => [action, 0])),
    answered: 0,
    errored: 0,
    silenced: 0,
    dropped: 0,
    corrupted: 0,
    abandoned: 0,
    pending: 0,
    invalid: 0,
    responses: 0,
    responsesUnmatched: 0,
    commandsSent: 0,
    commandsAccepted: 0,
    commandsErrored: 0,
    commandsTimedOut: 0,
    commandsLost: 0,
    commandsPending: 0,
    commandsDropped: 0,
    commandsSkipped: 0,
    hostileSent: 0,
    transactionsStarted: 0,
    transactionsStopped: 0,
    transactionsUnknown: 0,
    duplicateStarts: 0,
    duplicateStops: 0,
  };
}

export function copyCounters(counters: CsmsCounters): CsmsCounters {
  const copy = { ...counters, received: { ...counters.received } };
  return counters.commands ? { ...copy, commands: { ...counters.commands } } : copy;
}

export function receivedTotal(counters: EmbeddedCounters): number {
  return Object.values(counters.received).reduce((sum, count) => sum + count, 0);
}

/** Of several processes as one; `list` has one at least. */
export function addCounters(list: readonly CsmsCounters[]): CsmsCounters {
  const sum = (a: unknown, b: unknown): unknown => {
    if (typeof a !== 'object' && typeof b !== 'object') return Number(a ?? 0) + Number(b ?? 0);
    const [left, right] = [a ?? {}, b ?? {}] as [Record<string, unknown>, Record<string, unknown>];
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return Object.fromEntries(Array.from(names, (name) => [name, sum(left[name], right[name])]));
  };
  return list.reduce((a, b) => sum(a, b) as CsmsCounters);
}
