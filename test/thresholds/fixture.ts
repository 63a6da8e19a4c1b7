import { type Action, ActionIndexOf } from '../../src/ocpp/actions.ts';
import type { Delta } from '../../src/snapshot/delta.ts';
import { hdrIndex } from '../../src/snapshot/hdr.ts';
import {
  type CallCounter,
  CallCounterIndex,
  callCounterBase,
  callHistogram,
  type RunCounter,
  RunCounterOffset,
} from '../../src/snapshot/layout.ts';
import { parseExpression, parseSelector } from '../../src/thresholds/parse.ts';
import type { Threshold } from '../../src/thresholds/types.ts';

/** A threshold as a plan has it. */
export function threshold(
  selector: string,
  expression: string,
  changes: Partial<Threshold> = {},
): Threshold {
  const { metric, labels } = parseSelector(selector, ['a']);
  return {
    selector,
    metric: metric.name,
    labels: { ...labels } as Record<string, string>,
    expression,
    ...parseExpression(expression, metric),
    windowNs: null,
    abortOnFail: false,
    delayAbortEvalNs: 0,
    ...changes,
  };
}

/** What one second of a run adds, put together by a test. */
export interface SecondFiller {
  count(name: RunCounter, n: number): void;
  calls(stage: number, action: Action, counts: Partial<Record<CallCounter, number>>): void;
  /** Response times, one for each of `answered` CALLs. */
  answered(stage: number, action: Action, responseMs: number, n?: number): void;
  delta(): Delta;
}

export function secondFiller(): SecondFiller {
  const counters = new Map<number, number>();
  const histograms = new Map<number, Map<number, number>>();
  const add = (map: Map<number, number>, place: number, n: number) =>
    map.set(place, (map.get(place) ?? 0) + n);
  const sorted = <T>(map: Map<number, T>) => [...map].sort(([a], [b]) => a - b);
  const filler: SecondFiller = {
    count: (name, n) => void add(counters, RunCounterOffset[name], n),
    calls(stage, action, counts) {
      const base = callCounterBase(stage, ActionIndexOf[action]);
      for (const [name, n] of Object.entries(counts)) {
        add(counters, base + CallCounterIndex[name as CallCounter], n);
      }
    },
    answered(stage, action, responseMs, n = 1) {
      filler.calls(stage, action, { sent: n, answered: n });
      const histogram = callHistogram(stage, ActionIndexOf[action], 'response');
      const slots = histograms.get(histogram) ?? new Map<number, number>();
      add(slots, hdrIndex(responseMs * 1000), n);
      histograms.set(histogram, slots);
    },
    delta: () => ({
      fleetCount: 1,
      counterPlaces: Uint32Array.from(sorted(counters), ([place]) => place),
      counterChanges: Float64Array.from(sorted(counters), ([, n]) => n),
      histograms: sorted(histograms).map(([histogram, slots]) => ({
        histogram,
        slots: Uint32Array.from(sorted(slots), ([slot]) => slot),
        counts: Float64Array.from(sorted(slots), ([, n]) => n),
      })),
    }),
  };
  return filler;
}
