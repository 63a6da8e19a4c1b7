/** The generator's capacity on this machine, with its target and the capture beside it. */
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { callCounts, stageLatency } from '../../src/snapshot/snapshot.ts';
import { ACTION, runTrial, type Trial } from './trial.ts';

/** A rate, and whether the generator kept it. */
export interface Probe {
  readonly callsPerS: number;
  readonly sentPerS: number;
  readonly lateP99Ms: number;
  readonly fits: boolean;
}

const STEADY_S = 4;
const INTERVAL_MS = 100;
/** A generator is full when its own figures say so: it does not send what is due, or sends late. */
const LATE_LIMIT_MS = 5;
const SENT_LIMIT = 0.99;
/** So many chargers fit into 20 000 descriptors, at both ends. */
const MOST_PER_S = 140_000;
const LEAST_PER_S = 100;
const FIRST_PER_S = 20_000;
const GROWTH = 1.4;
const BISECTIONS = 2;

export async function measureProbe(callsPerS: number, hasCapture: boolean): Promise<Probe> {
  const embedded = { delay: '50ms' } as const;
  const spec = { target: 'light', embedded, callsPerS, intervalMs: INTERVAL_MS } as const;
  const trial = await runTrial({ ...spec, rampS: 2, warmupS: 1, steadyS: STEADY_S, hasCapture });
  return probeOf(callsPerS, trial, STEADY_S);
}

export function probeOf(
  callsPerS: number,
  { snapshot }: Pick<Trial, 'snapshot'>,
  steadyS: number,
): Probe {
  const { sent } = callCounts(snapshot, 'steady', ActionIndexOf[ACTION]);
  const lateP99Ms = stageLatency(snapshot, 'lateness', 'steady').getValueAtPercentile(99) / 1000;
  const sentPerS = sent / steadyS;
  const fits = lateP99Ms <= LATE_LIMIT_MS && sentPerS >= SENT_LIMIT * callsPerS;
  return { callsPerS, sentPerS, lateP99Ms, fits };
}

/**
 * The highest rate that `measure` finds to fit: up or down in steps until one fits and the next
 * does not, then between the two. null: not even the least one fits.
 */
export async function findCapacity(
  measure: (callsPerS: number) => Promise<Probe>,
): Promise<{ readonly callsPerS: number; readonly probes: readonly Probe[] } | null> {
  const probes: Probe[] = [];
  const fits = async (callsPerS: number) => {
    const probe = await measure(Math.round(callsPerS));
    probes.push(probe);
    return probe.fits;
  };
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let next = FIRST_PER_S;
  while (low === 0 || high === Number.POSITIVE_INFINITY) {
    if (await fits(next)) low = next;
    else high = next;
    next = low === 0 ? high / GROWTH : low * GROWTH;
    if (low >= MOST_PER_S) break;
    next = Math.min(next, MOST_PER_S);
    if (next < LEAST_PER_S) return null;
  }
  for (let i = 0; i < BISECTIONS && high !== Number.POSITIVE_INFINITY; i++) {
    const middle = (low + high) / 2;
    if (await fits(middle)) low = middle;
    else high = middle;
  }
  return { callsPerS: Math.round(low), probes };
}
