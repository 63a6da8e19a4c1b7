/**
 * What a run counts, and where it lies in the memory that each shard shares with the main thread:
 * first the counters (Float64, exact to 2^53), then the histograms (Uint32 slots), then marks of
 * where in them something was counted. Figures of CALLs are kept a fleet: those of the first fleet
 * lie in front, those of the others behind all the rest.
 */
import { assert } from '../base/assert.ts';
import { ACTION_COUNT } from '../ocpp/actions.ts';
import { COMMAND_COUNT, EFFECTS, type Effect } from '../ocpp/commands.ts';
import { HDR_SLOTS } from './slots.ts';

/** Fates and qualities of CALLs, kept per fleet, stage class and action. */
export const CALL_COUNTERS = [
  'sent',
  'answered',
  'callError',
  'timedOut',
  'lost',
  'inFlight',
  'unknown', // sent, and the process or thread that sent it died
  'unsent', // due, but still queued at the end
  'dropped', // due, but a limit was met: see droppedOffline and its like
  'refused', // answered Invalid, Blocked, Rejected, ...: within answered
  'invalidReply', // answered with what does not fit the action: within answered
] as const;
export type CallCounter = (typeof CALL_COUNTERS)[number];

/** Why a connection was not made. A closed set: these become metric labels. */
export const CONNECT_FAILURES = [
  'refused', // ECONNREFUSED
  'hostNotFound',
  'unreachable',
  'reset', // by the target, before the upgrade
  'timedOut', // handshakeTimeout
  'closedBeforeUpgrade',
  'tlsCertificate',
  'tlsOther',
  'redirect',
  'http400',
  'http401',
  'http403',
  'http404',
  'http429',
  'http4xx',
  'http500',
  'http502',
  'http503',
  'http5xx',
  'notWebSocket', // not HTTP, or an upgrade that is not RFC 6455
  'subprotocol', // wrong or missing
  'noLocalPort', // EADDRNOTAVAIL, EADDRINUSE
  'noDescriptor', // EMFILE, ENFILE
  'other',
] as const;
export type ConnectFailure = (typeof CONNECT_FAILURES)[number];

/** Why an upgraded connection ended before the run did. */
export const DISCONNECTS = [
  'closedByTarget', // a close frame
  'endedByTarget', // the end of the stream without one
  'reset',
  'callTimeouts', // ours, after timeoutsBeforeReconnect
  'protocolError',
  'invalidUtf8',
  'messageTooLarge',
  'droppedByUser', // ours, by --ui-control
] as const;
export type Disconnect = (typeof DISCONNECTS)[number];

/** Everything else that is counted, a number a shard. */
export const RUN_COUNTERS = [
  'connectsAttempted',
  'connectsUpgraded',
  'connectsAbandoned', // by us: the run drained before the handshake was over
  'connectsUnknown', // under way when their process or thread died; as the other unknowns
  'retryAfters', // refused connects whose Retry-After was waited for
  'connected', // now
  'everConnected', // chargers that were connected at least once
  'booted', // chargers whose BootNotification was accepted at least once
  'restarts', // re-boots of chargers: Reset, UpdateFirmware
  'charging', // now
  'transactionsStarted', // StartTransactions that were accepted
  'transactionsStopped', // StopTransactions that were answered
  'transactionsBegun', // all, also offline: = complete + incomplete + refused + open + unknown
  'transactionsComplete', // start, stop and every value acknowledged
  'transactionsIncomplete', // something was discarded, overflowed or not begun to be stopped
  'transactionsRefused', // idTagInfo of StartTransaction.conf was not Accepted
  'transactionsUnknown',
  'transactionsOpen', // now: running, or with messages still to deliver
  // Messages of transactions: = acknowledged + discarded + overflowed + queued + unknown.
  'ledgerMessages', // unique messages
  'ledgerAttempts', // CALLs sent for them
  'ledgerAcknowledged',
  'ledgerAcknowledgedFirst', // of these, by the first attempt
  'ledgerDiscarded', // given up after TransactionMessageAttempts, or their start was
  'ledgerOverflowed', // did not fit into the charger's queue
  'ledgerUnknown',
  'ledgerQueued', // now; at the end of a run: pending at end
  'carsArrived', // open load: and found a free charger
  'carsMissed', // open load: no free charger
  'late', // an answer after the time-out
  'duplicate', // a second answer
  'unknownId', // an answer to nothing we sent
  'unreadable', // a message that is not OCPP-J
  'clockUnreadable', // answers whose currentTime is no date and time
  'uploads', // of diagnostics, begun: = done + failed + unknown + under way
  'uploadsDone',
  'uploadsFailed',
  'uploadsUnknown',
  'uploadsDenied', // to a host that is not allowed: never begun
  // Why something due was dropped; together they are the `dropped` of all actions.
  'droppedOffline',
  'droppedBacklog',
  'droppedQueue', // the charger's queue was full
  'droppedStart', // about a transaction whose StartTransaction was given up
  'bytesSent',
  'bytesReceived',
  'pingsReceived',
  'pingsSent',
  'pongsReceived',
  'stalledWrites', // a write that the kernel did not take at once
  'finished', // chargers that ended their drain
  'clamped', // latencies outside 0 to 24 h, recorded at the limit
] as const;
export type RunCounter = (typeof RUN_COUNTERS)[number];

/** Fates and qualities of commands (CALLs from the central system), kept per command. */
export const COMMAND_COUNTERS = [
  'received', // = answered + errored + dropped + unanswered + unknown + those that wait
  'answered', // with a CALLRESULT
  'errored', // with a CALLERROR
  'dropped', // unread: above the charger's limit, or it is not listening
  'unanswered', // the connection or the run ended first
  'unknown', // their process or thread died
  'refused', // answered Rejected, NotSupported, Occupied, ...: within answered
] as const;
export type CommandCounter = (typeof COMMAND_COUNTERS)[number];

/** Stage classes: the steady stage, and all the rest (ramp, warm-up, drain). */
export const STAGE_OTHER = 0;
export const STAGE_STEADY = 1;
export const STAGE_CLASSES = 2;

/** Histograms per fleet, stage class and action. */
export const CALL_LATENCIES = ['service', 'response'] as const;
export type CallLatency = (typeof CALL_LATENCIES)[number];
/** Histograms per stage class. `offline`: response time of CALLs that waited for a connection. */
export const STAGE_LATENCIES = ['lateness', 'offline'] as const;
export type StageLatency = (typeof STAGE_LATENCIES)[number];
/** Histograms of the whole run. */
export const RUN_LATENCIES = [
  'connect',
  'tls',
  'upgrade',
  'boot',
  'ready', // planned connect to upgraded, with the wait for a slot
  'loopDelay',
  // From the start of the run to each charger's first connection, and first accepted boot.
  'connectedAfter',
  'bootedAfter',
] as const;
export type RunLatency = (typeof RUN_LATENCIES)[number];

const index = <T extends string>(names: readonly T[]) =>
  Object.freeze(Object.fromEntries(names.map((name, i) => [name, i]))) as Readonly<
    Record<T, number>
  >;
export const CallCounterIndex = index(CALL_COUNTERS);
export const CommandCounterIndex = index(COMMAND_COUNTERS);

const RUN_START = STAGE_CLASSES * ACTION_COUNT * CALL_COUNTERS.length;
const COMMANDS_START = RUN_START + RUN_COUNTERS.length;
const FAILURES_START = COMMANDS_START + COMMAND_COUNT * COMMAND_COUNTERS.length;
const DISCONNECTS_START = FAILURES_START + CONNECT_FAILURES.length;
const ONE_FLEET_COUNTERS = DISCONNECTS_START + DISCONNECTS.length;
/** Counters of CALLs of one fleet. */
const FLEET_COUNTERS = STAGE_CLASSES * ACTION_COUNT * CALL_COUNTERS.length;

export const counterSlots = (fleetCount: number): number =>
  ONE_FLEET_COUNTERS + (fleetCount - 1) * FLEET_COUNTERS;

/** What to add to a place of the first fleet, for the same of another. */
export const fleetCounterShift = (fleet: number): number =>
  fleet === 0 ? 0 : ONE_FLEET_COUNTERS + (fleet - 1) * FLEET_COUNTERS;

/** Where the counters of (stage class, action, fleet) begin; add a `CallCounterIndex`. */
export const callCounterBase = (stageClass: number, action: number, fleet = 0): number =>
  (stageClass * ACTION_COUNT + action) * CALL_COUNTERS.length + fleetCounterShift(fleet);

/** Where the counters of a command begin; add a `CommandCounterIndex`. */
export const commandCounterBase = (command: number): number =>
  COMMANDS_START + command * COMMAND_COUNTERS.length;

const offsets = <T extends string>(names: readonly T[], start: number) =>
  Object.freeze(Object.fromEntries(names.map((name, i) => [name, start + i]))) as Readonly<
    Record<T, number>
  >;
export const RunCounterOffset = offsets(RUN_COUNTERS, RUN_START);
export const FailureOffset = offsets(CONNECT_FAILURES, FAILURES_START);
export const DisconnectOffset = offsets(DISCONNECTS, DISCONNECTS_START);

const STAGE_LATENCY_START = STAGE_CLASSES * ACTION_COUNT * CALL_LATENCIES.length;
const RUN_LATENCY_START = STAGE_LATENCY_START + STAGE_CLASSES * STAGE_LATENCIES.length;
const EFFECTS_START = RUN_LATENCY_START + RUN_LATENCIES.length;
const ONE_FLEET_HISTOGRAMS = EFFECTS_START + EFFECTS.length;
/** Histograms of CALLs of one fleet. */
const FLEET_HISTOGRAMS = STAGE_LATENCY_START;

export const histogramCount = (fleetCount: number): number =>
  ONE_FLEET_HISTOGRAMS + (fleetCount - 1) * FLEET_HISTOGRAMS;

/** What to add to the number of a histogram of the first fleet, for the same of another. */
export const fleetHistogramShift = (fleet: number): number =>
  fleet === 0 ? 0 : ONE_FLEET_HISTOGRAMS + (fleet - 1) * FLEET_HISTOGRAMS;

/** Histogram numbers: multiply by `HDR_SLOTS` for the first slot. */
export const callHistogram = (
  stageClass: number,
  action: number,
  latency: CallLatency,
  fleet = 0,
): number =>
  (stageClass * ACTION_COUNT + action) * CALL_LATENCIES.length +
  CALL_LATENCIES.indexOf(latency) +
  fleetHistogramShift(fleet);
/** What of CALLs a histogram has, of whichever stage class and fleet; null: it has none. */
export function callOfHistogram(
  histogram: number,
): { readonly action: number; readonly latency: CallLatency } | null {
  const place =
    histogram < ONE_FLEET_HISTOGRAMS
      ? histogram
      : (histogram - ONE_FLEET_HISTOGRAMS) % FLEET_HISTOGRAMS;
  if (place >= FLEET_HISTOGRAMS) return null;
  return {
    action: Math.floor(place / CALL_LATENCIES.length) % ACTION_COUNT,
    latency: CALL_LATENCIES[place % CALL_LATENCIES.length],
  };
}
export const stageHistogram = (stageClass: number, latency: StageLatency): number =>
  STAGE_LATENCY_START + stageClass * STAGE_LATENCIES.length + STAGE_LATENCIES.indexOf(latency);
export const runHistogram = (latency: RunLatency): number =>
  RUN_LATENCY_START + RUN_LATENCIES.indexOf(latency);

/** `effect{command}`: from a command's arrival to its effect. */
export const effectHistogram = (effect: Effect): number => EFFECTS_START + EFFECTS.indexOf(effect);

/** The memory that one shard shares. */
export interface ShardMemory {
  readonly fleetCount: number;
  /** `counterSlots(fleetCount)` numbers, written by the shard alone. */
  readonly counters: Float64Array;
  /** `histogramCount(fleetCount) * HDR_SLOTS` slots, written by the shard alone. */
  readonly slots: Uint32Array;
  /**
   * A byte for each block of `SLOT_BLOCK` slots: 1 when the shard counted in it since the main
   * thread, which looks into such blocks only, took the mark away.
   */
  readonly touched: Uint8Array;
}

const SLOT_BLOCK_BITS = 8;
export const SLOT_BLOCK = 1 << SLOT_BLOCK_BITS;
/** Of one histogram. */
export const SLOT_BLOCKS = HDR_SLOTS / SLOT_BLOCK;

/** Adds to a slot, by its place among the slots of all histograms. The mark comes last. */
export function addToSlot({ slots, touched }: ShardMemory, place: number, n = 1): void {
  slots[place] += n;
  touched[place >>> SLOT_BLOCK_BITS] = 1;
}

export const shardMemoryBytes = (fleetCount: number): number =>
  counterSlots(fleetCount) * 8 + histogramCount(fleetCount) * (HDR_SLOTS * 4 + SLOT_BLOCKS);

/** Views on a shard's buffer, which knows by its size for how many fleets it is. */
export function shardMemory(buffer: SharedArrayBuffer | ArrayBuffer): ShardMemory {
  const oneFleetBytes = shardMemoryBytes(1);
  const fleetBytes = shardMemoryBytes(2) - oneFleetBytes;
  const fleetCount = (buffer.byteLength - oneFleetBytes) / fleetBytes + 1;
  assert(Number.isInteger(fleetCount), `a shard's memory has ${buffer.byteLength} bytes`);
  const counters = counterSlots(fleetCount);
  const histograms = histogramCount(fleetCount);
  const slotsStart = counters * 8;
  const touchedStart = slotsStart + histograms * HDR_SLOTS * 4;
  return {
    fleetCount,
    counters: new Float64Array(buffer, 0, counters),
    slots: new Uint32Array(buffer, slotsStart, histograms * HDR_SLOTS),
    touched: new Uint8Array(buffer, touchedStart, histograms * SLOT_BLOCKS),
  };
}
