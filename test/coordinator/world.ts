/** A run over several machines in virtual time: a hub, a coordinator, and agents with a script. */
import { vi } from 'vitest';
import type { Clock } from '../../src/base/clock.ts';
import type { RunSpace } from '../../src/bus/bus.ts';
import { coordinate } from '../../src/coordinator/coordinate.ts';
import type { CoordinateOptions } from '../../src/coordinator/desk.ts';
import type { CoordinatedResult } from '../../src/coordinator/ends.ts';
import { offerRun } from '../../src/coordinator/open.ts';
import type { FleetControl } from '../../src/fleet/control.ts';
import type { StartInfo } from '../../src/fleet/options.ts';
import type { Progress } from '../../src/fleet/result.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { Interval } from '../../src/series/interval.ts';
import type { RunRecord } from '../../src/share/records.ts';
import { type Hub, type HubOptions, memoryHub } from '../bus/memory.ts';
import { externalTarget, fixturePlan } from '../report/fixtures.ts';

export const PLAN: Plan = fixturePlan({
  target: externalTarget('ws://127.0.0.1:1/{id}'),
  stages: { rampNs: 1e9, warmupNs: 0, steadyNs: 5e9, graceNs: 2e9 },
  fleets: [{ name: 'car-park', chargerCount: 15, arrivals: null }] as never,
  chargerCount: 15,
  thresholds: [],
});

export const recordOf = (changes: Partial<RunRecord> = {}): RunRecord => ({
  ...{ protocol: 1, runId: 'night', tool: '0.1.0', createdAt: '2026-01-02T03:04:05.678Z' },
  bundle: { sha256: 'a'.repeat(64), bytes: 1, chunks: 1, name: 'nightly.ts' },
  overrides: {},
  ...{ seed: 7319, strict: false, planSha256: 'a'.repeat(64), chargerCount: 15, environment: [] },
  ...{ shares: 3, leaseMs: 5_000, onAgentLoss: 'continue', ledger: false },
  ...changes,
});

const SIGNED = { record: 'e30=', signature: 'e30=', signer: 'U' };

/** Of the timers of the test. */
export const testClock = (): Clock => ({
  nowNs: () => performance.now() * 1e6,
  wallMs: () => Date.now(),
});

export interface Coordinated {
  /** null: it goes on; an error: it has failed. */
  result(): CoordinatedResult | null;
  error(): Error | null;
  readonly intervals: Interval[];
  readonly events: string[];
  readonly said: string[];
  readonly progress: Progress[];
  readonly started: StartInfo[];
  readonly ledger: string[];
  control(): FleetControl;
  readonly stop: AbortController;
  readonly kill: AbortController;
  readonly done: Promise<void>;
}

export async function offered(hub: Hub, record: RunRecord): Promise<RunSpace> {
  return settled(offerRun(hub.bus(), record, SIGNED, [new Uint8Array([1])]));
}

export async function coordinator(
  hub: Hub,
  record: RunRecord,
  changes: Partial<CoordinateOptions> & { readonly plan?: Plan } = {},
): Promise<Coordinated & { readonly bus: ReturnType<Hub['bus']> }> {
  const { plan = PLAN, ...others } = changes;
  const bus = hub.bus();
  const space = await settled(bus.openRun(record.runId));
  const [intervals, events, said, progress, started, ledger]: [
    Interval[],
    string[],
    string[],
    Progress[],
    StartInfo[],
    string[],
  ] = [[], [], [], [], [], []];
  const stop = new AbortController();
  const kill = new AbortController();
  let result: CoordinatedResult | null = null;
  let error: Error | null = null;
  let control: FleetControl | null = null;
  const done = coordinate(plan, {
    ...{ bus, space, record, labels: {}, waitMs: 10_000, clock: testClock() },
    ...{ stop: stop.signal, kill: kill.signal },
    say: (text) => said.push(text),
    onStart: (info) => started.push(info),
    onProgress: (now) => progress.push(now),
    onEvent: ({ text }) => events.push(text),
    onInterval: (interval) => intervals.push(interval),
    onLedger: (text) => ledger.push(text),
    onControl(given) {
      control = given;
    },
    ...others,
  }).then(
    (given) => {
      result = given;
    },
    (thrown) => {
      error = thrown;
    },
  );
  return {
    ...{ intervals, events, said, progress, started, ledger, stop, kill, done, bus },
    result: () => result,
    error: () => error,
    control: () => control as unknown as FleetControl,
  };
}

/** Lets so much time pass. */
export const pass = async (ms: number): Promise<void> => {
  await vi.advanceTimersByTimeAsync(ms);
};

export const hubOf = (options: HubOptions = {}): Hub => memoryHub({ delayMs: 5, ...options });

/** Lets time pass until `promise` is settled. */
async function settled<T>(promise: Promise<T>): Promise<T> {
  let over = false;
  const end = () => {
    over = true;
  };
  promise.then(end, end);
  while (!over) await pass(50);
  return promise;
}
