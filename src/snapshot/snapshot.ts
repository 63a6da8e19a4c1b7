import type { Histogram } from 'hdr-histogram-js';
import { ACTION_COUNT, ACTIONS } from '../ocpp/actions.ts';
import { COMMAND_COUNT, COMMANDS, type CommandIndex, type Effect } from '../ocpp/commands.ts';
import { HDR_SLOTS, toHdr } from './hdr.ts';
import {
  CALL_COUNTERS,
  type CallCounter,
  CallCounterIndex,
  type CallLatency,
  COMMAND_COUNTERS,
  CONNECT_FAILURES,
  COUNTER_SLOTS,
  type CommandCounter,
  callCounterBase,
  callHistogram,
  commandCounterBase,
  DISCONNECTS,
  DisconnectOffset,
  effectHistogram,
  FailureOffset,
  HISTOGRAM_COUNT,
  type RunCounter,
  RunCounterOffset,
  type RunLatency,
  runHistogram,
  type ShardMemory,
  STAGE_CLASSES,
  STAGE_OTHER,
  STAGE_STEADY,
  type StageLatency,
  stageHistogram,
} from './layout.ts';

/** The numbers of a run, merged over its shards: sums, in the layout of `layout.ts`. */
export interface Snapshot {
  readonly counters: Float64Array;
  readonly slots: Float64Array;
}

/** `whole` is the run from first connect to last close. */
export type Scope = 'whole' | 'steady';
export type CommandCounts = Readonly<Record<CommandCounter, number>>;
export type CallCounts = Readonly<Record<CallCounter, number>>;

/** Sums the shards; reading while they write is safe, figures may be one message apart. */
export function readSnapshot(shards: readonly ShardMemory[]): Snapshot {
  return mergeSnapshots(shards);
}

export function mergeSnapshots(
  parts: readonly { counters: Float64Array; slots: Float64Array | Uint32Array }[],
): Snapshot {
  const counters = new Float64Array(COUNTER_SLOTS);
  const slots = new Float64Array(HISTOGRAM_COUNT * HDR_SLOTS);
  for (const part of parts) {
    for (let i = 0; i < counters.length; i++) counters[i] += part.counters[i];
    for (let i = 0; i < slots.length; i++) slots[i] += part.slots[i];
  }
  return { counters, slots };
}

export function runCounter(snapshot: Snapshot, name: RunCounter): number {
  return snapshot.counters[RunCounterOffset[name]];
}

const stagesOf = (scope: Scope) =>
  scope === 'steady' ? [STAGE_STEADY] : [STAGE_OTHER, STAGE_STEADY];
const allActions = Array.from({ length: ACTION_COUNT }, (_, i) => i);
const allCommands = Array.from({ length: COMMAND_COUNT }, (_, i) => i);

/** Counts of one action, or of all of them. */
export function callCounts(snapshot: Snapshot, scope: Scope, action?: number): CallCounts {
  const counts = Object.fromEntries(CALL_COUNTERS.map((name) => [name, 0])) as Record<
    CallCounter,
    number
  >;
  for (const stage of stagesOf(scope)) {
    for (const each of action === undefined ? allActions : [action]) {
      const base = callCounterBase(stage, each);
      for (const name of CALL_COUNTERS) {
        counts[name] += snapshot.counters[base + CallCounterIndex[name]];
      }
    }
  }
  return counts;
}

/** Counts of one command, by its index, or of all of them. */
export function commandCounts(snapshot: Snapshot, command?: CommandIndex): CommandCounts {
  const bases = (command === undefined ? allCommands : [command]).map(commandCounterBase);
  return Object.fromEntries(
    COMMAND_COUNTERS.map((name, i) => [
      name,
      bases.reduce((total, base) => total + snapshot.counters[base + i], 0),
    ]),
  ) as Record<CommandCounter, number>;
}

/** From the arrival of a command to its effect, us. */
export function effectLatency(snapshot: Snapshot, effect: Effect): Histogram {
  return sum(snapshot, [effectHistogram(effect)]);
}

/** A histogram in us of one action, or of all. */
export function callLatency(
  snapshot: Snapshot,
  latency: CallLatency,
  scope: Scope,
  action?: number,
): Histogram {
  const actions = action === undefined ? allActions : [action];
  return sum(
    snapshot,
    stagesOf(scope).flatMap((stage) => actions.map((each) => callHistogram(stage, each, latency))),
  );
}

export function stageLatency(snapshot: Snapshot, latency: StageLatency, scope: Scope): Histogram {
  return sum(
    snapshot,
    stagesOf(scope).map((stage) => stageHistogram(stage, latency)),
  );
}

export function runLatency(snapshot: Snapshot, latency: RunLatency): Histogram {
  return sum(snapshot, [runHistogram(latency)]);
}

/** Reasons that occurred, with their counts. */
export function connectFailures(snapshot: Snapshot): Record<string, number> {
  return nonZero(snapshot, CONNECT_FAILURES, FailureOffset);
}

export function disconnects(snapshot: Snapshot): Record<string, number> {
  return nonZero(snapshot, DISCONNECTS, DisconnectOffset);
}

/**
 * Whether every sent CALL has exactly one fate, every answered one a service time, and every one
 * that was answered, timed out or lost a response time, and whether every connect was upgraded,
 * failed or was abandoned: a sentence for each sum that does not hold.
 * `unknown`: a shard died, and so many CALLs have no fate for it (maybe none). It may owe ends of
 * connects, transactions, their messages, commands and uploads as well: these are not looked at.
 */
export function checkFates(snapshot: Snapshot, unknown: number | null = null): string[] {
  const broken: string[] = [];
  let gap = 0;
  for (let stage = 0; stage < STAGE_CLASSES; stage++) {
    const stageName = stage === STAGE_STEADY ? 'steady' : 'other stages';
    let ended = 0;
    let responses = count(snapshot, stageHistogram(stage, 'offline'));
    for (const action of allActions) {
      const base = callCounterBase(stage, action);
      const at = (name: CallCounter) => snapshot.counters[base + CallCounterIndex[name]];
      const timed = at('answered') + at('timedOut') + at('lost');
      const fates = timed + at('callError') + at('inFlight');
      const name = `${ACTIONS[action]} (${stageName})`;
      if (fates > at('sent')) broken.push(`${name}: ${fates} fates for ${at('sent')} sent`);
      gap += Math.max(0, at('sent') - fates);
      const services = count(snapshot, callHistogram(stage, action, 'service'));
      if (services !== at('answered')) {
        broken.push(`${name}: ${services} service times for ${at('answered')} answered`);
      }
      ended += timed;
      responses += count(snapshot, callHistogram(stage, action, 'response'));
    }
    // Response times of CALLs that waited for a connection are in one histogram for all actions.
    if (responses !== ended) {
      const of = `${ended} CALLs answered, timed out or lost`;
      broken.push(`all actions (${stageName}): ${responses} response times for ${of}`);
    }
  }
  const owed = unknown ?? 0;
  if (gap !== owed) broken.push(`${gap} CALLs without a fate, ${owed} expected`);
  if (unknown !== null) return broken;
  return [
    ...broken,
    ...checkConnects(snapshot),
    ...checkLedger(snapshot),
    ...checkCommands(snapshot),
    ...checkUploads(snapshot),
  ];
}

/** Connects that were attempted and have no end: 0 at the end of a run, but for a dead shard. */
export function openConnects(snapshot: Snapshot): number {
  const failed = Object.values(connectFailures(snapshot)).reduce((a, b) => a + b, 0);
  const ended =
    runCounter(snapshot, 'connectsUpgraded') + runCounter(snapshot, 'connectsAbandoned') + failed;
  return runCounter(snapshot, 'connectsAttempted') - ended;
}

function checkConnects(snapshot: Snapshot): string[] {
  if (openConnects(snapshot) === 0) return [];
  const attempted = runCounter(snapshot, 'connectsAttempted');
  const upgraded = runCounter(snapshot, 'connectsUpgraded');
  const abandoned = runCounter(snapshot, 'connectsAbandoned');
  const failed = Object.values(connectFailures(snapshot)).reduce((a, b) => a + b, 0);
  return [`${attempted} connects: ${upgraded} upgraded, ${failed} failed, ${abandoned} abandoned`];
}

/** Every transaction-related message, and every transaction, has one end, or none yet. */
function checkLedger(snapshot: Snapshot): string[] {
  const of = (name: RunCounter) => runCounter(snapshot, name);
  const broken: string[] = [];
  const [messages, queued] = [of('ledgerMessages'), of('ledgerQueued')];
  const ended = of('ledgerAcknowledged') + of('ledgerDiscarded') + of('ledgerOverflowed');
  if (messages !== ended + queued) {
    broken.push(`${messages} transaction-related messages: ${ended} ended, ${queued} pending`);
  }
  const [begun, open] = [of('transactionsBegun'), of('transactionsOpen')];
  const counted =
    of('transactionsComplete') + of('transactionsIncomplete') + of('transactionsRefused');
  if (begun !== counted + open) {
    broken.push(`${begun} transactions begun: ${counted} counted, ${open} open`);
  }
  return broken;
}

/** At the end of a run no command waits any more. */
function checkCommands(snapshot: Snapshot): string[] {
  return allCommands.flatMap((command) => {
    const counts = commandCounts(snapshot, command);
    const { received, answered, errored, dropped, unanswered } = counts;
    if (received === answered + errored + dropped + unanswered) return [];
    const name = COMMANDS[command] ?? 'other commands';
    const ended = `${answered} answered, ${errored} errored, ${dropped} dropped`;
    return [`${name}: ${received} received, ${ended}, ${unanswered} unanswered`];
  });
}

function checkUploads(snapshot: Snapshot): string[] {
  const begun = runCounter(snapshot, 'uploads');
  const [done, failed] = [
    runCounter(snapshot, 'uploadsDone'),
    runCounter(snapshot, 'uploadsFailed'),
  ];
  if (begun === done + failed) return [];
  return [`${begun} uploads: ${done} done, ${failed} failed`];
}

function sum(snapshot: Snapshot, histograms: readonly number[]): Histogram {
  const slots = new Float64Array(HDR_SLOTS);
  for (const number of histograms) {
    const start = number * HDR_SLOTS;
    for (let i = 0; i < HDR_SLOTS; i++) slots[i] += snapshot.slots[start + i];
  }
  return toHdr(slots);
}

function count(snapshot: Snapshot, histogram: number): number {
  let total = 0;
  const start = histogram * HDR_SLOTS;
  for (let i = start; i < start + HDR_SLOTS; i++) total += snapshot.slots[i];
  return total;
}

function nonZero<T extends string>(
  snapshot: Snapshot,
  names: readonly T[],
  offsets: Readonly<Record<T, number>>,
): Record<string, number> {
  return Object.fromEntries(
    names.map((name) => [name, snapshot.counters[offsets[name]]]).filter(([, n]) => n !== 0),
  );
}
