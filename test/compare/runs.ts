/** Runs without a target, for tests of the comparison: seconds with made-up latencies. */
import type { ComparedRun } from '../../src/compare/runs.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import type { Interval } from '../../src/series/interval.ts';
import { type Delta, differenceOf } from '../../src/snapshot/delta.ts';
import { HDR_SLOTS, hdrIndex } from '../../src/snapshot/hdr.ts';
import {
  CallCounterIndex,
  callCounterBase,
  callHistogram,
  runHistogram,
  STAGE_STEADY,
} from '../../src/snapshot/layout.ts';
import { emptySnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';

export interface MadeRun extends Partial<Omit<ComparedRun, 'intervals'>> {
  /** Service time of each CALL of the steady stage, ms; evenly spread by 10 % around it. */
  readonly serviceMs?: number;
  readonly callsPerS?: number;
  readonly failed?: number;
  readonly boots?: number;
}

const SPREAD = 0.1;

/** A run of MeterValues alone, all of them answered but for `failed`. */
export function madeRun(changes: MadeRun = {}): ComparedRun {
  const { serviceMs = 40, callsPerS = 100, failed = 0, boots = 600, ...facts } = changes;
  const steadyS = facts.steadyS ?? 30;
  const intervals = makeIntervals({ serviceMs, callsPerS, failed, boots, steadyS });
  return {
    ...{ file: `run-${facts.seed ?? 1}.olr`, seed: 1, startedAtMs: 1e12 + (facts.seed ?? 1) },
    ...{
      scenarioName: 'nightly.ts',
      scenarioMark: 'a',
      machineMark: 'm',
      hostMark: 'h',
      machineName: '2 x CPU',
    },
    ...{ embedded: false, trust: 'VALID', completed: true, steadyS, fleetCount: 1 },
    ...facts,
    intervals: () => intervals,
  };
}

interface Load {
  readonly serviceMs: number;
  readonly callsPerS: number;
  readonly failed: number;
  readonly boots: number;
  readonly steadyS: number;
}

function makeIntervals({ serviceMs, callsPerS, failed, boots, steadyS }: Load): Interval[] {
  const steady = (lost: number) => secondOf((sum) => addCalls(sum, serviceMs, callsPerS, lost));
  const deltas = [steady(0), steady(1)];
  const at = (index: number, stage: Interval['stage'], delta: Delta): Interval => ({
    ...{ index, fromS: index, toS: index + 1, stage, delta, health: null },
  });
  return [
    at(
      0,
      'ramp',
      secondOf((sum) => record(sum, runHistogram('boot'), serviceMs, boots)),
    ),
    ...Array.from({ length: steadyS }, (_, i) => at(i + 1, 'steady', deltas[i < failed ? 1 : 0])),
  ];
}

function secondOf(fill: (sum: Snapshot) => void): Delta {
  const sum = emptySnapshot(1);
  fill(sum);
  return differenceOf(sum, emptySnapshot(1));
}

function addCalls(sum: Snapshot, serviceMs: number, count: number, lost: number): void {
  const action = ActionIndexOf.MeterValues;
  const base = callCounterBase(STAGE_STEADY, action);
  sum.counters[base + CallCounterIndex.sent] += count;
  sum.counters[base + CallCounterIndex.answered] += count - lost;
  sum.counters[base + CallCounterIndex.lost] += lost;
  for (const latency of ['service', 'response'] as const) {
    record(sum, callHistogram(STAGE_STEADY, action, latency), serviceMs, count - lost);
  }
}

function record(sum: Snapshot, histogram: number, centerMs: number, count: number): void {
  const slots = (sum.histograms[histogram] ??= new Float64Array(HDR_SLOTS));
  for (let i = 0; i < count; i++) {
    const share = count === 1 ? 0 : (2 * i) / (count - 1) - 1;
    slots[hdrIndex(centerMs * 1000 * (1 + SPREAD * share))]++;
  }
}
