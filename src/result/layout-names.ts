/**
 * The names of all counters and histograms in the order of their places, so that a file stays
 * readable when later versions count more, or in another order.
 */
import { ACTIONS } from '../ocpp/actions.ts';
import { COMMAND_COUNT, COMMANDS, EFFECTS } from '../ocpp/commands.ts';
import { HDR_SLOTS, HIGHEST_US, LOWEST_US, SIGNIFICANT_DIGITS } from '../snapshot/hdr.ts';
import {
  CALL_COUNTERS,
  CALL_LATENCIES,
  COMMAND_COUNTERS,
  CONNECT_FAILURES,
  DISCONNECTS,
  RUN_COUNTERS,
  RUN_LATENCIES,
  STAGE_LATENCIES,
} from '../snapshot/layout.ts';

export interface LayoutNames {
  readonly counters: PlaceNames;
  readonly histograms: PlaceNames;
  /** The buckets of every histogram, see `hdr.ts`. */
  readonly buckets: {
    readonly lowestUs: number;
    readonly highestUs: number;
    readonly digits: number;
    readonly slots: number;
  };
}

export interface PlaceNames {
  /** Of the places that a run of one fleet has. */
  readonly first: readonly string[];
  /** Of those that each further fleet adds. */
  readonly further: readonly string[];
}

const STAGE_NAMES = ['other', 'steady'];

const callNames = (kinds: readonly string[]) =>
  STAGE_NAMES.flatMap((stage) =>
    ACTIONS.flatMap((action) => kinds.map((kind) => `call/${stage}/${action}/${kind}`)),
  );

const named = (group: string, names: readonly string[]) => names.map((name) => `${group}/${name}`);

export function layoutNames(): LayoutNames {
  const calls = callNames(CALL_COUNTERS);
  const latencies = callNames(CALL_LATENCIES);
  const commands = Array.from({ length: COMMAND_COUNT }, (_, i) => COMMANDS[i] ?? 'other');
  return {
    counters: {
      first: [
        ...calls,
        ...named('run', RUN_COUNTERS),
        ...commands.flatMap((command) => named(`command/${command}`, COMMAND_COUNTERS)),
        ...named('connectFailure', CONNECT_FAILURES),
        ...named('disconnect', DISCONNECTS),
      ],
      further: calls,
    },
    histograms: {
      first: [
        ...latencies,
        ...STAGE_NAMES.flatMap((stage) => named(`stage/${stage}`, STAGE_LATENCIES)),
        ...named('run', RUN_LATENCIES),
        ...named('effect', EFFECTS),
      ],
      further: latencies,
    },
    buckets: {
      lowestUs: LOWEST_US,
      highestUs: HIGHEST_US,
      digits: SIGNIFICANT_DIGITS,
      slots: HDR_SLOTS,
    },
  };
}

export interface PlaceMap {
  /** By place in the file: the place of the same name here, -1 for a name that is unknown here. */
  readonly places: Int32Array;
  /** Names that only the file has. */
  readonly unknown: readonly string[];
}

/** From the places of a file of so many fleets to ours. */
export function placeMap(theirs: PlaceNames, ours: PlaceNames, fleetCount: number): PlaceMap {
  const first = indexOf(ours.first);
  const further = indexOf(ours.further);
  const places = theirs.first.map((name) => first.get(name) ?? -1);
  for (let fleet = 1; fleet < fleetCount; fleet++) {
    const shift = ours.first.length + (fleet - 1) * ours.further.length;
    for (const name of theirs.further) {
      const index = further.get(name);
      places.push(index === undefined ? -1 : shift + index);
    }
  }
  const known = new Set([...ours.first, ...ours.further]);
  const all = [...new Set([...theirs.first, ...theirs.further])];
  return { places: Int32Array.from(places), unknown: all.filter((name) => !known.has(name)) };
}

const indexOf = (names: readonly string[]) => new Map(names.map((name, i) => [name, i]));
