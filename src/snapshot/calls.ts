/** Figures of CALLs of one delta, and of some of the CALLs of a snapshot. */
import type { Histogram } from 'hdr-histogram-js';
import { ACTION_COUNT, ACTIONS } from '../ocpp/actions.ts';
import type { Delta } from './delta.ts';
import { emptyHdr, hdrValueUs } from './hdr.ts';
import {
  CALL_COUNTERS,
  CALL_LATENCIES,
  type CallLatency,
  callCounterBase,
  callHistogram,
  STAGE_CLASSES,
} from './layout.ts';
import type { CallCounts, Snapshot } from './snapshot.ts';

/** What figures of CALLs are kept by: stage class, index of an action, index of a fleet. */
export interface CallPlace {
  readonly stage: number;
  readonly action: number;
  readonly fleet: number;
}

export function callPlaces(fleetCount: number): CallPlace[] {
  return Array.from({ length: fleetCount * STAGE_CLASSES * ACTION_COUNT }, (_, i) => ({
    fleet: Math.floor(i / (STAGE_CLASSES * ACTION_COUNT)),
    stage: Math.floor(i / ACTION_COUNT) % STAGE_CLASSES,
    action: i % ACTION_COUNT,
  }));
}

/** A snapshot with the CALLs of some places only; what is not kept by place is left out. */
export function onlyCalls(snapshot: Snapshot, wanted: (place: CallPlace) => boolean): Snapshot {
  const counters = new Float64Array(snapshot.counters.length);
  const histograms: Snapshot['histograms'] = new Array(snapshot.histograms.length).fill(null);
  for (const place of callPlaces(snapshot.fleetCount).filter(wanted)) {
    const base = callCounterBase(place.stage, place.action, place.fleet);
    const end = base + CALL_COUNTERS.length;
    counters.set(snapshot.counters.subarray(base, end), base);
    for (const latency of CALL_LATENCIES) {
      const number = callHistogram(place.stage, place.action, latency, place.fleet);
      histograms[number] = snapshot.histograms[number];
    }
  }
  return { fleetCount: snapshot.fleetCount, counters, histograms };
}

export interface DeltaFigures {
  /** All CALLs of a delta. */
  calls(delta: Delta): CallCounts;
  /** In us, of one action by its name, or of all. */
  latency(delta: Delta, latency: CallLatency, action?: string): Histogram;
}

/** Reads deltas of so many fleets without unfolding them. */
export function deltaFigures(fleetCount: number): DeltaFigures {
  const counters = new Map<number, (typeof CALL_COUNTERS)[number]>();
  const histograms = new Map<number, readonly [CallLatency, string]>();
  for (const { stage, action, fleet } of callPlaces(fleetCount)) {
    for (const [i, name] of CALL_COUNTERS.entries()) {
      counters.set(callCounterBase(stage, action, fleet) + i, name);
    }
    for (const latency of CALL_LATENCIES) {
      const number = callHistogram(stage, action, latency, fleet);
      histograms.set(number, [latency, ACTIONS[action]]);
    }
  }
  return {
    calls({ counterPlaces, counterChanges }) {
      const counts = Object.fromEntries(CALL_COUNTERS.map((name) => [name, 0]));
      for (const [i, place] of counterPlaces.entries()) {
        const name = counters.get(place);
        if (name !== undefined) counts[name] += counterChanges[i];
      }
      return counts as CallCounts;
    },
    latency: (delta, latency, action) =>
      deltaLatency(delta, (number) => {
        const [kind, name] = histograms.get(number) ?? [];
        return kind === latency && (action === undefined || name === action);
      }),
  };
}

/** The sum of some histograms of a delta, us. */
export function deltaLatency(delta: Delta, wanted: (histogram: number) => boolean): Histogram {
  const sum = emptyHdr();
  for (const { histogram, slots, counts } of delta.histograms) {
    if (!wanted(histogram)) continue;
    // At the highest value that the slot counts, as `toHdr` has it.
    for (const [i, slot] of slots.entries()) {
      sum.recordValueWithCount(hdrValueUs(slot + 1) - 1, counts[i]);
    }
  }
  return sum;
}
