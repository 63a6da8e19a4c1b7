/** What is owed by a shard that died: all that it had not ended has the fate `unknown`. */
import { ACTION_COUNT } from '../ocpp/actions.ts';
import { COMMAND_COUNT } from '../ocpp/commands.ts';
import {
  CallCounterIndex,
  CONNECT_FAILURES,
  CommandCounterIndex,
  callCounterBase,
  commandCounterBase,
  FailureOffset,
  type RunCounter,
  RunCounterOffset,
  STAGE_CLASSES,
} from './layout.ts';

const { sent, answered, callError, timedOut, lost, inFlight, unknown } = CallCounterIndex;
const CALL_ENDS = [answered, callError, timedOut, lost, inFlight, unknown];
const COMMAND_ENDS = (['answered', 'errored', 'dropped', 'unanswered', 'unknown'] as const).map(
  (name) => CommandCounterIndex[name],
);
const FAILURES = CONNECT_FAILURES.map((name) => FailureOffset[name]);
/** What is true now; nothing of it is, of a dead shard. */
const GAUGES: readonly RunCounter[] = ['connected', 'charging', 'transactionsOpen', 'ledgerQueued'];

interface Sum {
  readonly begun: number;
  readonly ends: readonly number[];
  readonly unknown: number;
}

const runSum = (begun: RunCounter, unknown: RunCounter, ends: readonly RunCounter[]): Sum => ({
  begun: RunCounterOffset[begun],
  ends: [...ends, unknown].map((name) => RunCounterOffset[name]),
  unknown: RunCounterOffset[unknown],
});

const CONNECTS = runSum('connectsAttempted', 'connectsUnknown', [
  ...(['connectsUpgraded', 'connectsAbandoned'] as const),
]);

/** Sums of counters that hold when everything that began has ended. */
const RUN_SUMS: readonly Sum[] = [
  { ...CONNECTS, ends: [...CONNECTS.ends, ...FAILURES] },
  runSum('ledgerMessages', 'ledgerUnknown', [
    ...(['ledgerAcknowledged', 'ledgerDiscarded', 'ledgerOverflowed'] as const),
  ]),
  runSum('transactionsBegun', 'transactionsUnknown', [
    ...(['transactionsComplete', 'transactionsIncomplete', 'transactionsRefused'] as const),
  ]),
  runSum('uploads', 'uploadsUnknown', ['uploadsDone', 'uploadsFailed']),
];

/**
 * Gives a fate to all that a dead shard has begun and not ended, by its counters, and takes away
 * what was true of it. `into`: the counters that it is a part of, or its own.
 */
export function closeUnknown(
  counters: Float64Array,
  fleetCount: number,
  into: Float64Array = counters,
): void {
  for (const name of GAUGES) {
    const place = RunCounterOffset[name];
    into[place] -= counters[place];
  }
  for (const sum of sumsOf(fleetCount)) {
    const ended = sum.ends.reduce((total, place) => total + counters[place], 0);
    into[sum.unknown] += Math.max(0, counters[sum.begun] - ended);
  }
}

function sumsOf(fleetCount: number): Sum[] {
  const sums = [...RUN_SUMS];
  for (let command = 0; command < COMMAND_COUNT; command++) {
    const base = commandCounterBase(command);
    sums.push(sumAt(base, CommandCounterIndex.received, COMMAND_ENDS, CommandCounterIndex.unknown));
  }
  for (let place = 0; place < fleetCount * STAGE_CLASSES * ACTION_COUNT; place++) {
    const stage = Math.floor(place / ACTION_COUNT) % STAGE_CLASSES;
    const fleet = Math.floor(place / ACTION_COUNT / STAGE_CLASSES);
    const base = callCounterBase(stage, place % ACTION_COUNT, fleet);
    sums.push(sumAt(base, sent, CALL_ENDS, unknown));
  }
  return sums;
}

const sumAt = (base: number, begun: number, ends: readonly number[], unknown: number): Sum => ({
  begun: base + begun,
  ends: ends.map((end) => base + end),
  unknown: base + unknown,
});
