/** Seconds of a run under way, in which a load was held, as if they had been a run of their own. */
import type { Seen } from '../capacity/drive.ts';
import { type HoldSecond, isFalling, type Responses } from '../capacity/hold.ts';
import { judgeOf, verdictReader } from '../fleet/judge.ts';
import { metricNamed } from '../metrics/catalogue.ts';
import { scopeOf } from '../metrics/metric.ts';
import type { Plan } from '../plan/plan.ts';
import type { Interval } from '../series/interval.ts';
import { addDelta, type Delta, differenceOf } from '../snapshot/delta.ts';
import { hdrValueUs } from '../snapshot/hdr.ts';
import { RunCounterOffset } from '../snapshot/layout.ts';
import {
  callCounters,
  callCounts,
  callHistograms,
  emptySnapshot,
  mergeSnapshots,
  runCounter,
  type Snapshot,
} from '../snapshot/snapshot.ts';
import { thresholdEvaluator } from '../thresholds/evaluate.ts';
import type { Threshold } from '../thresholds/types.ts';
import { inFlightOf } from '../view/in-flight.ts';
import { seenOf } from './seen.ts';

export interface HeldSeconds {
  readonly plan: Plan;
  readonly workers: number;
  /** Chargers that were to be connected. */
  readonly chargers: number;
  /** All that the run had counted before the hold. */
  readonly before: Snapshot;
  readonly seconds: readonly Interval[];
  /** Whether the warm-up ended because nothing was left over. */
  readonly isSettled: boolean;
  readonly gaveUp: boolean;
}

export function seenInSeconds(held: HeldSeconds): Seen {
  const { plan, workers, chargers, before, seconds, isSettled, gaveUp } = held;
  const heldS = seconds.reduce((sum, { fromS, toS }) => sum + toS - fromS, 0);
  const snapshot = emptySnapshot(plan.fleets.length);
  const total = mergeSnapshots([before]);
  const judge = judgeOf(plan);
  for (const second of seconds) {
    addDelta(snapshot, second.delta);
    addDelta(total, second.delta);
    // Numbered from 0: what came before the hold is no gap in it.
    judge.add({ ...second, index: second.index - seconds[0].index, stage: 'steady' });
  }
  const missed = runCounter(snapshot, 'carsMissed');
  return seenOf({
    ...{ plan, snapshot, total, heldS, chargers, gaveUp },
    allowedMissing: Math.floor((plan.allowedBootFailures / plan.chargerCount) * chargers),
    isCalmingDown: !isSettled && isFalling(seconds.map(({ delta }) => responsesIn(delta))),
    connected: runCounter(total, 'connected'),
    booted: runCounter(total, 'booted'),
    cars: { missed, came: missed + runCounter(snapshot, 'carsArrived') },
    thresholds: thresholdsIn(held, heldS),
    verdict: verdictReader(judge, plan, workers)(heldS),
  });
}

const isGauge = ({ metric }: Threshold) => metricNamed(metric)?.type === 'gauge';

/** A gauge stands on all that was counted before; every other figure is of the hold alone. */
function thresholdsIn({ plan, chargers, before, seconds }: HeldSeconds, heldS: number) {
  const fleets = plan.fleets.map(({ name }) => name);
  const [first] = seconds;
  return plan.thresholds.map((threshold) => {
    const evaluator = thresholdEvaluator({
      ...{ thresholds: [threshold], fleets, chargers },
      steadyFromS: first?.fromS ?? 0,
    });
    if (isGauge(threshold)) {
      const delta = differenceOf(before, emptySnapshot(fleets.length));
      evaluator.add({ fromS: 0, toS: first?.fromS ?? 0, stage: 'warm-up', drains: false, delta });
    }
    for (const second of seconds) evaluator.add({ ...second, stage: 'steady', drains: false });
    return evaluator.results(heldS)[0];
  });
}

/** Whether a hold within a longer run is enough for it: not for what only a whole run has. */
export function isOfHold({ metric, labels }: Threshold): boolean {
  const known = metricNamed(metric);
  return known !== undefined && (known.type === 'gauge' || scopeOf(known, labels) === 'steady');
}

/** @param total of the run, the second included */
export function holdSecond({ fromS, toS, delta }: Interval, total: Snapshot): HoldSecond {
  const calls = (name: 'sent' | 'answered') =>
    changeOf(delta, callCounters(delta, [name], 'whole'));
  const outstanding = inFlightOf(callCounts(total, 'whole'));
  return {
    lengthS: toS - fromS,
    booted: runCounter(total, 'booted'),
    connects: changeOf(delta, [RunCounterOffset.connectsUpgraded]),
    calls: { sent: calls('sent'), answered: calls('answered'), outstanding },
    responses: responsesIn(delta),
  };
}

function changeOf({ counterPlaces, counterChanges }: Delta, places: readonly number[]): number {
  const wanted = new Set(places);
  return counterPlaces.reduce(
    (sum, place, i) => sum + (wanted.has(place) ? counterChanges[i] : 0),
    0,
  );
}

/** Response times of all CALLs in a second. */
export function responsesIn(delta: Delta): Responses {
  const numbers = new Set(callHistograms(delta, 'response', 'whole'));
  let [count, sumUs] = [0, 0];
  for (const { histogram, slots, counts } of delta.histograms) {
    if (!numbers.has(histogram)) continue;
    for (let i = 0; i < slots.length; i++) {
      count += counts[i];
      sumUs += counts[i] * hdrValueUs(slots[i]);
    }
  }
  return { count, sumMs: sumUs / 1000 };
}
