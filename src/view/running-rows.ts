/**
 * The rows of a run under way, from sums that grow second by second: a look at them does not search
 * all slots of all histograms of a snapshot.
 */
import { ACTIONS } from '../ocpp/actions.ts';
import { callPlaces } from '../snapshot/calls.ts';
import { addDelta, type Delta } from '../snapshot/delta.ts';
import { callHistogram, runHistogram, STAGE_STEADY } from '../snapshot/layout.ts';
import { emptySnapshot, type Scope, type Snapshot } from '../snapshot/snapshot.ts';
import { addCounts, type DenseCounts, emptyCounts, percentilesOfDense } from './percentiles.ts';
import { type RampSummary, rampOf } from './ramp.ts';
import { countsOf, type Row } from './rows.ts';

export interface RunningRows {
  add(delta: Delta): void;
  /** Of all that was added; its histograms are left out. */
  readonly counted: Snapshot;
  /** The same as `rowsOf` a snapshot. */
  rows(): Row[];
  /** The last row of the steady stage alone; null: there was none yet. */
  steady(): Row | null;
  /** Worked out again only when more chargers have come. */
  ramp(): RampSummary;
}

type Sums = Readonly<Record<'service' | 'response', DenseCounts>>;

/** @param planned chargers */
export function runningRows(fleetCount: number, planned: number): RunningRows {
  const counted = emptySnapshot(fleetCount);
  const arrived = emptySnapshot(fleetCount);
  let ramp: RampSummary | null = null;
  const [each, all, steady] = [ACTIONS.map(emptySums), emptySums(), emptySums()];
  const sumsOf = new Map<number, readonly DenseCounts[]>();
  for (const { stage, action, fleet } of callPlaces(fleetCount)) {
    for (const latency of ['service', 'response'] as const) {
      const sums = [each[action], all, ...(stage === STAGE_STEADY ? [steady] : [])];
      const number = callHistogram(stage, action, latency, fleet);
      sumsOf.set(
        number,
        sums.map((sum) => sum[latency]),
      );
    }
  }
  const row = (name: string, sums: Sums, scope: Scope, action?: number): Row => ({
    ...{ action: name, ...countsOf(counted, scope, action) },
    ...{ service: percentilesOfDense(sums.service), response: percentilesOfDense(sums.response) },
  });
  return {
    counted,
    add(delta) {
      addDelta(counted, { ...delta, histograms: [] });
      const came = delta.histograms.filter(({ histogram }) => CAME.includes(histogram));
      if (came.length > 0) {
        addDelta(arrived, { ...NO_COUNTERS, fleetCount, histograms: came });
        ramp = null;
      }
      for (const grown of delta.histograms) {
        for (const sum of sumsOf.get(grown.histogram) ?? []) addCounts(sum, grown);
      }
    },
    rows() {
      const rows = ACTIONS.map((name, action) => row(name, each[action], 'whole', action));
      const used = rows.filter(({ sent, dropped, unsent }) => sent + dropped + unsent > 0);
      return [...used, row('all', all, 'whole')];
    },
    steady() {
      const found = row('all', steady, 'steady');
      return found.sent > 0 ? found : null;
    },
    ramp: () => (ramp ??= rampOf(arrived, planned)),
  };
}

const NO_COUNTERS = {
  counterPlaces: new Uint32Array(),
  counterChanges: new Float64Array(),
};
const CAME = [runHistogram('connectedAfter'), runHistogram('bootedAfter')];

const emptySums = (): Sums => ({ service: emptyCounts(), response: emptyCounts() });
