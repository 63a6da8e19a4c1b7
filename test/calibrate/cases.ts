/** The known delays, and what theory says of their percentiles. */
import type { EmbeddedOptions } from '../../src/index.ts';

export interface Case {
  readonly name: string;
  readonly embedded: EmbeddedOptions;
  /** Percentiles of the response time of a target that nothing but its delay holds up, ms. */
  readonly theory: { readonly p50: number; readonly p99: number };
  /** Of a charger's Heartbeats. */
  readonly intervalMs: number;
  readonly stall: Stall | null;
}

export interface Stall {
  readonly everyMs: number;
  readonly forMs: number;
}

const LOGNORMAL = { medianMs: 20, sigma: 0.5 };
/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.326_347_874;
const BASE_MS = 5;
const INTERVAL_MS = 100;
/** Of those in a stall: what it does to one in 200 service times is beyond their p99. */
const STALL_INTERVAL_MS = 50;

/** @param stall whole seconds, or tests would last as long as a calibration. */
export function casesWith(stall: Stall): Readonly<Record<string, Case>> {
  const { medianMs, sigma } = LOGNORMAL;
  return Object.fromEntries(
    [
      steady('constant', { delay: '50ms' }, { p50: 50, p99: 50 }),
      steady(
        'mixture',
        {
          delay: {
            mixture: [
              [0.9, '5ms'],
              [0.1, '200ms'],
            ],
          },
        },
        { p50: 5, p99: 200 },
      ),
      steady(
        'lognormal',
        { delay: { lognormal: { median: `${medianMs}ms`, sigma } } },
        { p50: medianMs, p99: medianMs * Math.exp(sigma * Z99) },
      ),
      {
        name: 'stall',
        embedded: {
          delay: `${BASE_MS}ms`,
          stall: { every: `${stall.everyMs}ms`, for: `${stall.forMs}ms` },
        },
        theory: { p50: BASE_MS, p99: stall.forMs - 0.01 * stall.everyMs },
        intervalMs: STALL_INTERVAL_MS,
        stall,
      } satisfies Case,
    ].map((each) => [each.name, each]),
  );
}

const steady = (name: string, embedded: EmbeddedOptions, theory: Case['theory']): Case => ({
  ...{ name, embedded, theory, intervalMs: INTERVAL_MS, stall: null },
});

export interface Size {
  readonly stall: Stall;
  /** Of the steady stage, at least so long and so many. */
  readonly leastS: number;
  readonly leastSamples: number;
  readonly rampS: number;
  /** CALLs/s to take for the capacity; null: measure it. */
  readonly capacity: number | null;
}

export const FULL: Size = {
  stall: { everyMs: 10_000, forMs: 1_000 },
  leastS: 10,
  leastSamples: 20_000,
  rampS: 2,
  capacity: null,
};

export const QUICK: Size = {
  stall: { everyMs: 1_000, forMs: 300 },
  leastS: 1,
  leastSamples: 100,
  rampS: 0.2,
  capacity: 1_000,
};

/** Of a case at a rate; a stalling one gets whole periods, two at least. */
export function steadyS({ stall }: Case, size: Size, callsPerS: number): number {
  const neededS = Math.max(size.leastS, Math.ceil(size.leastSamples / callsPerS));
  if (stall === null) return neededS;
  const periodS = stall.everyMs / 1000;
  return Math.max(2, Math.ceil(neededS / periodS)) * periodS;
}

/** A share of the capacity, and the target that carries it. */
export interface Load {
  readonly name: string;
  readonly share: number;
  readonly target: 'embedded' | 'light';
  /** How far p99 may be off; or 2 %, if that is more. */
  readonly limitP99Ms: number;
}

export const LOADS: readonly Load[] = [
  { name: '10 %', share: 0.1, target: 'embedded', limitP99Ms: 0.3 },
  { name: '80 %', share: 0.8, target: 'light', limitP99Ms: 1 },
];
export const LIMIT_P50_MS = 0.3;
export const LIMIT_SHARE = 0.02;
