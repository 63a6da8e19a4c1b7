/** What a judge knows of a run so far: each second adds to it, whole or in parts. */
import { ACTION_COUNT } from '../ocpp/actions.ts';
import { COMMAND_COUNT } from '../ocpp/commands.ts';
import type { Delta } from '../snapshot/delta.ts';
import {
  CallCounterIndex,
  CommandCounterIndex,
  callCounterBase,
  commandCounterBase,
  FailureOffset,
  RunCounterOffset,
  runHistogram,
  STAGE_OTHER,
  STAGE_STEADY,
  stageHistogram,
} from '../snapshot/layout.ts';
import {
  addDelays,
  addEvents,
  addValue,
  type DelayGauge,
  type Delays,
  delayGauge,
  type EventGauge,
  eventGauge,
  type Span,
  type TimeGauge,
  timeGauge,
} from './gauges.ts';
import type { HealthLimits } from './limits.ts';
import type { HealthSample } from './sample.ts';

/** An interval of the run, as `series/` has it. */
export interface Second extends Span {
  readonly index: number;
  readonly stage: string;
  readonly delta: Delta;
  readonly health: HealthSample | null;
}

/** What the counters of a second say that a verdict depends on. */
export interface Counted {
  /** CALLs sent in the steady stage. */
  sentSteady: number;
  /** CALLs, answers to commands and pongs. */
  writes: number;
  connects: number;
  stalled: number;
  noDescriptor: number;
  noPort: number;
}
export const nothingCounted = (): Counted => ({
  ...{ sentSteady: 0, writes: 0, connects: 0, stalled: 0, noDescriptor: 0, noPort: 0 },
});

/** The places of counters, and what their changes are counted as. */
export type CounterMap = ReadonlyMap<number, readonly (keyof Counted)[]>;

export function counterMap(fleetCount: number): CounterMap {
  const map = new Map<number, (keyof Counted)[]>([
    [RunCounterOffset.connectsAttempted, ['connects']],
    [RunCounterOffset.stalledWrites, ['stalled']],
    [RunCounterOffset.pingsReceived, ['writes']],
    [FailureOffset.noDescriptor, ['noDescriptor']],
    [FailureOffset.noLocalPort, ['noPort']],
  ]);
  for (let command = 0; command < COMMAND_COUNT; command++) {
    const base = commandCounterBase(command);
    map.set(base + CommandCounterIndex.answered, ['writes']);
    map.set(base + CommandCounterIndex.errored, ['writes']);
  }
  for (let fleet = 0; fleet < fleetCount; fleet++) {
    for (let action = 0; action < ACTION_COUNT; action++) {
      const { sent } = CallCounterIndex;
      map.set(callCounterBase(STAGE_OTHER, action, fleet) + sent, ['writes']);
      map.set(callCounterBase(STAGE_STEADY, action, fleet) + sent, ['writes', 'sentSteady']);
    }
  }
  return map;
}

export function countedIn({ counterPlaces, counterChanges }: Delta, map: CounterMap): Counted {
  const counted = nothingCounted();
  for (let i = 0; i < counterPlaces.length; i++) {
    for (const name of map.get(counterPlaces[i]) ?? []) counted[name] += counterChanges[i];
  }
  return counted;
}

/** Sums, gauges and extremes; a share's denominator stands beside what it divides. */
export interface Tally {
  readonly lateness: DelayGauge;
  readonly loopDelay: DelayGauge;
  /** By worker. */
  readonly utilisation: TimeGauge[];
  readonly gc: TimeGauge[];
  gcLongestMs: number;
  readonly steal: TimeGauge;
  readonly throttled: TimeGauge;
  readonly backPressure: EventGauge;
  readonly retransmits: EventGauge;
  /** Of the steady stage. */
  writes: number;
  sentSteady: number;
  segments: number;
  /** Of the whole run, as all that follow. */
  connects: number;
  readonly listenDrops: EventGauge;
  readonly descriptors: EventGauge;
  readonly ports: EventGauge;
  /** Steps of the wall clock above the limit, and the widest, ms. */
  readonly clockSteps: EventGauge;
  widestStepMs: number;
  /** Seconds in which less memory was left than the limit, and the least of the run, bytes. */
  readonly memory: EventGauge;
  leastMemoryBytes: number;
  /** Seconds that nobody looked at. */
  readonly gaps: EventGauge;
  lastIndex: number;
  lastS: number;
}

export const emptyTally = (): Tally => ({
  lateness: delayGauge(),
  loopDelay: delayGauge(),
  utilisation: [],
  gc: [],
  gcLongestMs: 0,
  steal: timeGauge(),
  throttled: timeGauge(),
  backPressure: eventGauge(),
  retransmits: eventGauge(),
  writes: 0,
  sentSteady: 0,
  segments: 0,
  connects: 0,
  listenDrops: eventGauge(),
  descriptors: eventGauge(),
  ports: eventGauge(),
  clockSteps: eventGauge(),
  widestStepMs: 0,
  memory: eventGauge(),
  leastMemoryBytes: Number.POSITIVE_INFINITY,
  gaps: eventGauge(),
  lastIndex: -1,
  lastS: 0,
});

const LATENESS = stageHistogram(STAGE_STEADY, 'lateness');
const LOOP_DELAY = runHistogram('loopDelay');

/** `steady`: the second belongs to the steady stage. */
export function addSecond(
  tally: Tally,
  { causes }: HealthLimits,
  second: Second,
  counted: Counted,
  steady: boolean,
): void {
  const { index, delta, health } = second;
  const lateness = delaysOf(delta, LATENESS);
  if (lateness) addDelays(tally.lateness, causes.lateness, second, lateness);
  const loopDelay = steady && delaysOf(delta, LOOP_DELAY);
  if (loopDelay) addDelays(tally.loopDelay, causes.loopDelay, second, loopDelay);
  tally.sentSteady += counted.sentSteady;
  if (steady) {
    tally.writes += counted.writes;
    addEvents(tally.backPressure, second, counted.stalled);
  }
  tally.connects += counted.connects;
  addEvents(tally.descriptors, second, counted.noDescriptor);
  addEvents(tally.ports, second, counted.noPort);
  // The missing ones lie before this second, and were read with it.
  addEvents(tally.gaps, second, Math.max(0, index - tally.lastIndex - 1));
  tally.lastIndex = index;
  tally.lastS = second.toS;
  if (health === null) return;
  addMachine(tally, causes, second, health);
  if (steady) addSteadyHealth(tally, causes, second, health);
}

export function delaysOf({ histograms }: Delta, histogram: number): Delays | null {
  return histograms.find((each) => each.histogram === histogram) ?? null;
}

function addMachine(
  tally: Tally,
  { clockStep, memory }: HealthLimits['causes'],
  second: Second,
  health: HealthSample,
): void {
  const stepMs = Math.abs(health.clockStepMs);
  tally.widestStepMs = Math.max(tally.widestStepMs, stepMs);
  if (stepMs > clockStep.degraded) addEvents(tally.clockSteps, second, 1);
  addEvents(tally.listenDrops, second, health.listenDrops ?? 0);
  const leftBytes = health.availableMemoryBytes ?? Number.POSITIVE_INFINITY;
  tally.leastMemoryBytes = Math.min(tally.leastMemoryBytes, leftBytes);
  if (leftBytes < memory.degraded) addEvents(tally.memory, second, second.toS - second.fromS);
}

function addSteadyHealth(
  tally: Tally,
  causes: HealthLimits['causes'],
  second: Second,
  health: HealthSample,
): void {
  const lengthMs = (second.toS - second.fromS) * 1000;
  if (lengthMs <= 0) return;
  const { utilisation, gcTotalMs, gcMaxMs, stealShare, throttledMs } = health;
  utilisation.forEach((busy, w) => {
    addValue((tally.utilisation[w] ??= timeGauge()), causes.utilisation, second, busy);
  });
  gcTotalMs.forEach((pausedMs, w) => {
    addValue((tally.gc[w] ??= timeGauge()), causes.gc, second, pausedMs / lengthMs);
  });
  tally.gcLongestMs = Math.max(tally.gcLongestMs, ...gcMaxMs);
  if (stealShare !== null) addValue(tally.steal, causes.steal, second, stealShare);
  if (throttledMs !== null) {
    addValue(tally.throttled, causes.throttled, second, throttledMs / lengthMs);
  }
  tally.segments += health.segmentsSent ?? 0;
  addEvents(tally.retransmits, second, health.retransmits ?? 0);
}
