/** The parts of the summary about transactions, their messages, and commands. */
import { COMMAND_COUNT, COMMANDS, EFFECTS, OTHER_COMMAND } from '../ocpp/commands.ts';
import { type LatencySummary, summarise } from '../snapshot/hdr.ts';
import type { RunCounter } from '../snapshot/layout.ts';
import {
  type CommandCounts,
  commandCounts,
  effectLatency,
  runCounter,
  type Snapshot,
} from '../snapshot/snapshot.ts';

/** Of transactions: = acknowledged + discarded + overflowed + unknown + pendingAtEnd. */
export interface LedgerSummary {
  readonly messages: number;
  readonly acknowledged: number;
  /** Of the acknowledged ones, by the first attempt. */
  readonly firstAttempt: number;
  readonly discarded: number;
  readonly overflowed: number;
  readonly unknown: number;
  readonly pendingAtEnd: number;
  /** CALLs sent for them. */
  readonly attempts: number;
  /** Attempts a message; 0 without messages. */
  readonly amplification: number;
}

/** begun = complete + incomplete + refused + unknown + openAtEnd. */
export interface TransactionsSummary {
  readonly begun: number;
  readonly complete: number;
  readonly incomplete: number;
  readonly refused: number;
  readonly unknown: number;
  readonly openAtEnd: number;
  readonly started: number;
  readonly stopped: number;
}

/** All commands, and those that came; `other` are none of OCPP 1.6. */
export interface CommandsSummary extends CommandCounts {
  readonly perCommand: Readonly<Record<string, CommandCounts>>;
}

export interface UploadsSummary {
  readonly begun: number;
  readonly done: number;
  readonly failed: number;
  readonly unknown: number;
  readonly denied: number;
}

/** From a command's arrival to its effect; only the commands that had one. */
export type EffectsSummary = Readonly<Record<string, LatencySummary>>;

export function ledgerOf(snapshot: Snapshot): LedgerSummary {
  const of = (name: RunCounter) => runCounter(snapshot, name);
  const [messages, attempts] = [of('ledgerMessages'), of('ledgerAttempts')];
  return {
    messages,
    acknowledged: of('ledgerAcknowledged'),
    firstAttempt: of('ledgerAcknowledgedFirst'),
    discarded: of('ledgerDiscarded'),
    overflowed: of('ledgerOverflowed'),
    unknown: of('ledgerUnknown'),
    pendingAtEnd: of('ledgerQueued'),
    attempts,
    amplification: messages > 0 ? Number((attempts / messages).toFixed(4)) : 0,
  };
}

export function transactionsOf(snapshot: Snapshot): TransactionsSummary {
  const of = (name: RunCounter) => runCounter(snapshot, name);
  return {
    begun: of('transactionsBegun'),
    complete: of('transactionsComplete'),
    incomplete: of('transactionsIncomplete'),
    refused: of('transactionsRefused'),
    unknown: of('transactionsUnknown'),
    openAtEnd: of('transactionsOpen'),
    started: of('transactionsStarted'),
    stopped: of('transactionsStopped'),
  };
}

export function commandsOf(snapshot: Snapshot): CommandsSummary {
  const names = Array.from({ length: COMMAND_COUNT }, (_, index) =>
    index === OTHER_COMMAND ? 'other' : COMMANDS[index],
  );
  const counts = names.map((name, index) => [name, commandCounts(snapshot, index)] as const);
  const perCommand = Object.fromEntries(counts.filter(([, { received }]) => received > 0));
  return { ...commandCounts(snapshot), perCommand };
}

export function effectsOf(snapshot: Snapshot): EffectsSummary {
  const effects = EFFECTS.map((name) => [name, summarise(effectLatency(snapshot, name))] as const);
  return Object.fromEntries(effects.filter(([, { count }]) => count > 0));
}

export function uploadsOf(snapshot: Snapshot): UploadsSummary {
  return {
    begun: runCounter(snapshot, 'uploads'),
    done: runCounter(snapshot, 'uploadsDone'),
    failed: runCounter(snapshot, 'uploadsFailed'),
    unknown: runCounter(snapshot, 'uploadsUnknown'),
    denied: runCounter(snapshot, 'uploadsDenied'),
  };
}
