/** How fast the chargers came: when each of them was connected, and booted, for the first time. */
import { hdrValueUs } from '../snapshot/hdr.ts';
import { type RunLatency, runHistogram } from '../snapshot/layout.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';

/** Of all planned chargers; seconds since the start of the run. null: so many never did. */
export interface Moments {
  readonly count: number;
  readonly p50S: number | null;
  readonly p90S: number | null;
  readonly p99S: number | null;
  readonly p100S: number | null;
  /** Chargers a second, until 99 % of those that came had come. 0: none came. */
  readonly perS: number;
}

export interface RampSummary {
  readonly upgraded: Moments;
  readonly booted: Moments;
}

export const rampOf = (snapshot: Snapshot, planned: number): RampSummary => ({
  upgraded: momentsOf(snapshot, 'connectedAfter', planned),
  booted: momentsOf(snapshot, 'bootedAfter', planned),
});

function momentsOf(snapshot: Snapshot, name: RunLatency, planned: number): Moments {
  const slots = snapshot.histograms[runHistogram(name)] ?? new Float64Array();
  const count = slots.reduce((sum, n) => sum + n, 0);
  const most = Math.ceil(count * 0.99);
  const mostS = momentS(slots, most) ?? 0;
  const at = (share: number) => momentS(slots, Math.ceil(planned * share));
  return {
    count,
    ...{ p50S: at(0.5), p90S: at(0.9), p99S: at(0.99), p100S: at(1) },
    perS: mostS > 0 ? Number((most / mostS).toPrecision(4)) : 0,
  };
}

/** When the n-th came, to what a slot of the histogram tells: a thousandth. null: it did not. */
function momentS(slots: Float64Array, n: number): number | null {
  let left = n;
  for (let i = 0; i < slots.length; i++) {
    left -= slots[i];
    if (left <= 0) return Math.round(hdrValueUs(i + 1) - 1) / 1e6;
  }
  return null;
}
