/** Made-up searches: what a prober sees is a function of the load. */
import {
  drive,
  type Prober,
  type Purpose,
  type Search,
  type Seen,
} from '../../src/capacity/drive.ts';
import type { CapacityQuestion, ProbeResult } from '../../src/capacity/result.ts';

export const QUESTION: CapacityQuestion = {
  vary: 'chargers',
  scenario: 'nightly.ts',
  scenarioSha256: 'ab'.repeat(32),
  seed: 7319,
  target: 'ws://csms.example/{id}',
  slo: ['ocpp_call_duration: p(99)<500'],
  warmupS: 10,
  holdS: 30,
  search: { from: 100, to: 3200, precision: 0.05, mostProbes: 16 },
};

export function seen(load: number, facts: Partial<Seen> = {}): Seen {
  const slo = {
    ...{ selector: 'ocpp_call_duration', expression: 'p(99)<500', limit: 500, unit: 'ms' },
    ...{ measured: load / 10, passed: true, text: `p(99) = ${load / 10} ms` },
  };
  return {
    ...{ chargers: load, connected: load, booted: load },
    ...{ callsPerS: load / 5, answeredPerS: load / 5, p99Ms: load / 10, failedShare: 0 },
    ...{ heldS: 30, trust: 'VALID', slo: [slo] },
    ...{ failure: null, generatorFault: null, doubt: null, isCollapse: false },
    ...facts,
  };
}

export const tooSlow = (load: number, capacity: number): Seen => {
  const text = `p(99) = ${load} ms`;
  const [slo] = seen(load).slo;
  return seen(load, {
    ...{ p99Ms: load, answeredPerS: capacity / 5 },
    slo: [{ ...slo, measured: load, passed: false, text }],
    failure: `ocpp_call_duration p(99)<500: ${text}`,
  });
};

/** A target that holds up to `limit` chargers. */
export const upTo = (limit: number) => (load: number) =>
  load <= limit ? seen(load) : tooSlow(load, limit);

export interface Played {
  readonly calls: (readonly [load: number, purpose: Purpose])[];
  readonly told: string[];
  readonly saved: ProbeResult[][];
}

/** A clock that goes on by 40 s a measurement. */
export async function play(
  measure: (load: number, purpose: Purpose, call: number) => Seen | null,
  changes: Partial<Search> = {},
) {
  const played: Played = { calls: [], told: [], saved: [] };
  const { calls, told, saved } = played;
  const prober: Prober = {
    async measure(load, purpose) {
      calls.push([load, purpose]);
      return measure(load, purpose, calls.length);
    },
  };
  const result = await drive({
    ...{ question: QUESTION, known: { probes: [], notes: [] }, prober, recoveryS: 120 },
    nowS: () => calls.length * 40,
    onProbe: (_, soFar) => void saved.push([...soFar.probes]),
    onNote: (text) => void told.push(text),
    ...changes,
  });
  return { result, ...played };
}
