/** What happens in each second of a forecast, as numbers that add up over shards and threads. */
import { ACTION_COUNT, ACTIONS, type Action } from '../ocpp/actions.ts';
import {
  CallCounterIndex,
  callCounterBase,
  DisconnectOffset,
  FailureOffset,
  RunCounterOffset,
  type ShardMemory,
  STAGE_CLASSES,
} from '../snapshot/layout.ts';

/** Counts of a second, and what became more or less in it. `Heartbeat` and so on: CALLs sent. */
export const BIN_COLUMNS = [
  ...ACTIONS,
  'connects', // attempts
  'upgraded',
  'refused',
  'cut', // connections that the target ended
  'bytesUp',
  'bytesDown',
  'lost', // CALLs under which the connection ended
  'dropped', // messages that were due without a connection and are not caught up
  'carsArrived',
  'carsMissed',
  // Changes: their sums are how many there are.
  'connected',
  'charging',
  'queued', // messages of transactions that are to be delivered
] as const;
export type BinColumn = (typeof BIN_COLUMNS)[number];
export const BIN_WIDTH = BIN_COLUMNS.length;

export const BinColumnIndex = Object.freeze(
  Object.fromEntries(BIN_COLUMNS.map((name, i) => [name, i])),
) as Readonly<Record<BinColumn, number>>;

/** A row a second, and one more for all that comes after them: the drain. */
export const binCount = (seconds: number): number => (seconds + 1) * BIN_WIDTH;

const RUN_PLACES: Readonly<Record<Exclude<BinColumn, Action | 'lost' | 'dropped'>, number>> = {
  connects: RunCounterOffset.connectsAttempted,
  upgraded: RunCounterOffset.connectsUpgraded,
  refused: FailureOffset.refused,
  cut: DisconnectOffset.endedByTarget,
  bytesUp: RunCounterOffset.bytesSent,
  bytesDown: RunCounterOffset.bytesReceived,
  carsArrived: RunCounterOffset.carsArrived,
  carsMissed: RunCounterOffset.carsMissed,
  connected: RunCounterOffset.connected,
  charging: RunCounterOffset.charging,
  queued: RunCounterOffset.ledgerQueued,
};

/** Adds what was counted since the last time to row `second` of `bins`. */
export type BinReader = (second: number) => void;

export function binReader({ counters, fleetCount }: ShardMemory, bins: Float64Array): BinReader {
  const places = BIN_COLUMNS.map((column) => placesOf(column, fleetCount));
  const last = new Float64Array(BIN_WIDTH);
  return (second) => {
    const row = second * BIN_WIDTH;
    for (let column = 0; column < BIN_WIDTH; column++) {
      const own = places[column];
      let sum = 0;
      for (let i = 0; i < own.length; i++) sum += counters[own[i]];
      if (sum === last[column]) continue;
      bins[row + column] += sum - last[column];
      last[column] = sum;
    }
  };
}

function placesOf(column: BinColumn, fleetCount: number): Int32Array {
  const action = ACTIONS.indexOf(column as Action);
  if (action >= 0) return callPlaces('sent', [action], fleetCount);
  if (column === 'lost' || column === 'dropped') {
    return callPlaces(column, [...ACTIONS.keys()], fleetCount);
  }
  return Int32Array.of(RUN_PLACES[column as keyof typeof RUN_PLACES]);
}

function callPlaces(
  counter: 'sent' | 'lost' | 'dropped',
  actions: readonly number[],
  fleetCount: number,
): Int32Array {
  const places: number[] = [];
  for (const action of actions) {
    for (let stage = 0; stage < STAGE_CLASSES; stage++) {
      for (let fleet = 0; fleet < fleetCount; fleet++) {
        places.push(callCounterBase(stage, action, fleet) + CallCounterIndex[counter]);
      }
    }
  }
  return Int32Array.from(places);
}

/** The bins of one forecast, whole or as far as it came. */
export interface Bins {
  readonly rows: Float64Array;
  /** Seconds that are known; the rows behind them, but the last one, are empty. */
  readonly seconds: number;
  /** CALLs and the rest after the last second; null: it did not come so far. */
  readonly rest: Float64Array | null;
}

/** Of a count: in each second. Of a change: how many there are at its end. */
export function columnOf({ rows, seconds }: Bins, column: BinColumn): Float64Array {
  const at = BinColumnIndex[column];
  const isChange = at >= BinColumnIndex.connected;
  const values = new Float64Array(seconds);
  let sum = 0;
  for (let second = 0; second < seconds; second++) {
    const value = rows[second * BIN_WIDTH + at];
    sum += value;
    values[second] = isChange ? sum : value;
  }
  return values;
}

/** CALLs of all actions in each second. */
export function callsOf({ rows, seconds }: Bins): Float64Array {
  const values = new Float64Array(seconds);
  for (let second = 0; second < seconds; second++) {
    const row = second * BIN_WIDTH;
    for (let action = 0; action < ACTION_COUNT; action++) values[second] += rows[row + action];
  }
  return values;
}
