/** What a metric is: a name for figures that a snapshot holds, and how they are read from it. */

import { type Action, ActionIndexOf } from '../ocpp/actions.ts';
import { type Command, CommandIndexOf, OTHER_COMMAND } from '../ocpp/commands.ts';
import type { Scope, Snapshot } from '../snapshot/snapshot.ts';

/** As in k6: durations, numbers that only grow, shares of 0 to 1, numbers that go up and down. */
export type MetricType = 'trend' | 'counter' | 'rate' | 'gauge';

/** Every label that any metric has. */
export type LabelName = 'action' | 'fleet' | 'fate' | 'reason' | 'phase' | 'command' | 'outcome';

/** The closed set of a label's values; `FLEETS`: the names of the scenario's fleets. */
export const FLEETS = 'fleets';
export type LabelValues = readonly string[] | typeof FLEETS;
export type Labels = Readonly<Partial<Record<LabelName, string>>>;

/** Which part of a metric is read: a label that is not there stands for all of its values. */
export interface Part {
  readonly scope: Scope;
  /** Chargers that were planned. */
  readonly planned: number;
  readonly labels: Labels;
  /** The indexes that belong to the labels of these names. */
  readonly action: number | undefined;
  readonly fleet: number | undefined;
  readonly command: number | undefined;
}

interface About<Name extends string> {
  readonly name: Name;
  /** Of durations always ms; a rate has none. */
  readonly unit: string;
  /**
   * The stage that a threshold on it looks at: the steady stage where its figures are kept apart,
   * the whole run for what belongs to no stage. A gauge is looked at when that stage ends.
   */
  readonly scope: Scope;
  readonly labels: Readonly<Partial<Record<LabelName, LabelValues>>>;
  /** It is never more than a scenario has of these. */
  readonly most?: 'chargers' | 'connectors';
  readonly meaning: string;
}

export interface Share {
  readonly part: number;
  /** 0: nothing that could be a part of it has happened. */
  readonly whole: number;
}

export interface TrendMetric<Name extends string = string> extends About<Name> {
  readonly type: 'trend';
  /** Numbers of the histograms of the layout that are summed up. */
  readonly histograms: (of: Pick<Snapshot, 'fleetCount'>, part: Part) => readonly number[];
}
export interface NumberMetric<Name extends string = string> extends About<Name> {
  readonly type: 'counter' | 'gauge';
  /** Places of the counters of the layout that are summed up. */
  readonly counters: (of: Pick<Snapshot, 'fleetCount'>, part: Part) => readonly number[];
}
export interface RateMetric<Name extends string = string> extends About<Name> {
  readonly type: 'rate';
  readonly read: (snapshot: Snapshot, part: Part) => Share;
}
export type Metric<Name extends string = string> =
  | TrendMetric<Name>
  | NumberMetric<Name>
  | RateMetric<Name>;

/** What of a run its metrics need to know. */
export interface RunShape {
  readonly fleets: readonly string[];
  readonly chargers: number;
}

/**
 * The stage that a threshold looks at: that of its metric, but the whole run for BootNotifications,
 * which belong to the ramp.
 */
export const scopeOf = ({ scope }: Pick<Metric, 'scope'>, { action }: Labels): Scope =>
  action === 'BootNotification' ? 'whole' : scope;

/** The part that checked `labels` select. */
export function partOf(labels: Labels, scope: Scope, { fleets, chargers }: RunShape): Part {
  const { action, fleet, command } = labels;
  return {
    scope,
    planned: chargers,
    labels,
    action: action === undefined ? undefined : ActionIndexOf[action as Action],
    fleet: fleet === undefined ? undefined : fleets.indexOf(fleet),
    command:
      command === undefined ? undefined : (CommandIndexOf[command as Command] ?? OTHER_COMMAND),
  };
}

export const readNumber = (
  metric: Pick<NumberMetric, 'counters'>,
  snapshot: Snapshot,
  part: Part,
): number =>
  metric.counters(snapshot, part).reduce((sum, place) => sum + snapshot.counters[place], 0);

/** The number of one key; without a key the sum of `keys`, or of all numbers. */
export function pick(
  numbers: Readonly<Record<string, number>>,
  key: string | undefined,
  keys: readonly string[] = Object.keys(numbers),
): number {
  if (key !== undefined) return numbers[key] ?? 0;
  return keys.reduce((sum, each) => sum + (numbers[each] ?? 0), 0);
}
