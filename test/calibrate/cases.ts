/** The known delays, and what theory says of their percentiles. */
import type { EmbeddedDelay, EmbeddedOptions } from '../../src/index.ts';

export interface Case {
  readonly name: string;
  readonly embedded: EmbeddedOptions;
  /** What nothing but the delays would lead to; null where chargers wait for themselves. */
  readonly theory: Readonly<Record<'service' | 'response', Percentiles | null>>;
  /** Of a charger's Heartbeats. */
  readonly intervalMs: number;
  readonly stall: Stall | null;
}

export interface Percentiles {
  readonly p50: number;
  readonly p99: number;
}

export interface Stall {
  readonly everyMs: number;
  readonly forMs: number;
}

const INTERVAL_MS = 100;
/** Of those in a stall: what it does to one in 200 service times is beyond their p99. */
const STALL_INTERVAL_MS = 50;
const STALL_DELAY_MS = 5;
/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.326_347_874;

export function casesWith(stall: Stall): Readonly<Record<string, Case>> {
  const all = [constant(50), mixture(), lognormal(20, 0.5), stalling(stall)];
  return Object.fromEntries(all.map((each) => [each.name, each]));
}

function steady(name: string, delay: EmbeddedDelay, theory: Case['theory']): Case {
  return { name, embedded: { delay }, theory, intervalMs: INTERVAL_MS, stall: null };
}

function constant(ms: number): Case {
  const theory = { p50: ms, p99: ms };
  return steady('constant', `${ms}ms`, { service: theory, response: theory });
}

function mixture(): Case {
  const [fast, slow] = [
    [0.9, '5ms'],
    [0.1, '200ms'],
  ] as const;
  const theory = { service: { p50: 5, p99: 200 }, response: null };
  return steady('mixture', { mixture: [fast, slow] }, theory);
}

/** The random stream has 32 bits, so no draw is above median x e^(6.7 x sigma): 0.56 s. */
function lognormal(medianMs: number, sigma: number): Case {
  const theory = { p50: medianMs, p99: medianMs * Math.exp(sigma * Z99) };
  const delay = { lognormal: { median: `${medianMs}ms`, sigma } } as const;
  return steady('lognormal', delay, { service: theory, response: null });
}

function stalling(stall: Stall): Case {
  const { everyMs, forMs } = stall;
  return {
    name: 'stall',
    embedded: {
      delay: `${STALL_DELAY_MS}ms`,
      stall: { every: `${everyMs}ms`, for: `${forMs}ms` },
    },
    theory: {
      // One CALL of each charger is caught by a stall: with short ones these are the p99.
      service:
        STALL_INTERVAL_MS < 0.01 * everyMs ? { p50: STALL_DELAY_MS, p99: STALL_DELAY_MS } : null,
      response: { p50: STALL_DELAY_MS, p99: stallPercentileMs(stall, 0.01) },
    },
    intervalMs: STALL_INTERVAL_MS,
    stall,
  };
}

/**
 * The share of response times above `limitMs`. The k-th CALL that becomes due in a stall is
 * answered k delays after its end, since a charger has one outstanding: from one to the next,
 * response times fall by interval - delay.
 */
export function stallShareAbove({ everyMs, forMs }: Stall, limitMs: number): number {
  const calls = (forMs + STALL_DELAY_MS - limitMs) / (STALL_INTERVAL_MS - STALL_DELAY_MS);
  return (calls * STALL_INTERVAL_MS) / everyMs;
}

/** The response time that the share is above. */
function stallPercentileMs({ everyMs, forMs }: Stall, share: number): number {
  const calls = (share * everyMs) / STALL_INTERVAL_MS;
  return forMs + STALL_DELAY_MS - calls * (STALL_INTERVAL_MS - STALL_DELAY_MS);
}

export interface Size {
  readonly stall: Stall;
  /** Of the steady stage, at least so long and so many. */
  readonly leastS: number;
  readonly leastSamples: number;
  readonly rampS: number;
  readonly warmupS: number;
  /** CALLs/s to take for the capacity; null: measure it. */
  readonly capacity: number | null;
}

export const FULL: Size = {
  stall: { everyMs: 10_000, forMs: 1_000 },
  leastS: 10,
  leastSamples: 20_000,
  rampS: 2,
  warmupS: 1,
  capacity: null,
};

export const QUICK: Size = {
  stall: { everyMs: 1_000, forMs: 300 },
  leastS: 1,
  leastSamples: 100,
  rampS: 0.2,
  warmupS: 0.1,
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
