/** Runs and readings to test with. */
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { binTables, DEFAULT_BOUNDS_S } from '../../src/prometheus/bins.ts';
import { createExporter, type Exporter } from '../../src/prometheus/exporter.ts';
import { life } from '../../src/scenario/life.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { validateScenario } from '../../src/scenario/validate.ts';
import type { Interval } from '../../src/series/interval.ts';
import { differenceOf } from '../../src/snapshot/delta.ts';
import { HDR_SLOTS, hdrIndex } from '../../src/snapshot/hdr.ts';
import { emptySnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';

export const RUN_ID = 'a-run';
export const TABLES = binTables(DEFAULT_BOUNDS_S);

export function planOf(fleets = ['near', 'far'], chargers = 5): Plan {
  const scenario: Scenario = {
    target: 'embedded',
    duration: '1s',
    fleets: fleets.map((name) => ({
      ...{ name, chargers, model: tonly48A(), life: life().boot() },
      identities: { identity: `${name}-{n:7}` },
    })),
  };
  const checked = validateScenario(scenario, 'test.ts');
  return compilePlan(checked, { name: 'test.ts', file: null, seed: 7 });
}

export function exporterOf(plan: Plan, targetUrl = 'ws://127.0.0.1:9000/{id}'): Exporter {
  const target = { kind: 'external', url: targetUrl } as const;
  const header = { target, tool: '1.2.3', chargerCount: plan.chargerCount };
  return createExporter({ plan, header, runId: RUN_ID });
}

/** Every counter and histogram has something, all of it different. */
export function fullSnapshot(fleetCount: number): Snapshot {
  const snapshot = emptySnapshot(fleetCount);
  for (let i = 0; i < snapshot.counters.length; i++) snapshot.counters[i] = 1000 + i;
  for (let h = 0; h < snapshot.histograms.length; h++) {
    const slots = new Float64Array(HDR_SLOTS);
    for (let i = 0; i < 200; i++) slots[hdrIndex((100 + h) * 1.05 ** i)] += 1 + (i % 7);
    snapshot.histograms[h] = slots;
  }
  return snapshot;
}

export const intervalOf = (later: Snapshot, health: Interval['health'] = null): Interval => ({
  ...{ index: 0, fromS: 0, toS: 1, stage: 'steady', health },
  delta: differenceOf(later, emptySnapshot(later.fleetCount)),
});

export const HEALTH = {
  ...{ utilisation: [0.25, 0.5], gcMaxMs: [1, 2], gcTotalMs: [5, 10], cpuMs: 700 },
  ...{ rssBytes: 3e8, clockStepMs: 0, stealShare: null, throttledMs: null, listenDrops: null },
  ...{ retransmits: null, segmentsSent: null, availableMemoryBytes: null },
} as const;
