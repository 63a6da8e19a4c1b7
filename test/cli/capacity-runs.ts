/** Runs of a capacity search that go on second by second as a test tells them. */
import type { Purpose } from '../../src/capacity/drive.ts';
import { type CapacityFlags, type Planned, planCapacity } from '../../src/cli/capacity-plan.ts';
import type { EndingProber, ProbeOptions } from '../../src/cli/capacity-probe.ts';
import type { ControlAction } from '../../src/fleet/control.ts';
import type { RunOptions, StartInfo } from '../../src/fleet/options.ts';
import type { Progress, RunResult } from '../../src/fleet/result.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { ramp } from '../../src/scenario/connect.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { smallFleet } from '../e2e/support.ts';
import { fixtureResult } from '../report/fixtures.ts';
import { type SecondFiller, secondFiller } from '../thresholds/fixture.ts';

export const scenarioPath = new URL('../../scenarios/5-chargers.ts', import.meta.url).pathname;

/** 80 chargers, held for 3 s after 2 s of warm-up. */
export function planned(
  flags: CapacityFlags = {},
  fleet: Partial<Fleet> = {},
  changes: Partial<Scenario> = {},
): Planned {
  const fleets = [smallFleet({ connect: ramp({ over: '10s' }), chargers: 80, ...fleet })];
  const scenario: Scenario = { target: 'embedded', duration: '1m', seed: 5, fleets, ...changes };
  const asked = { slo: ['ocpp_call_failed: rate<0.01'], holdS: 3, warmupS: 2, ...flags };
  return planCapacity({ scenario, file: scenarioPath }, asked, {}, null);
}

export interface FakeRun {
  readonly plan: Plan;
  readonly options: RunOptions;
  readonly grown: (readonly number[])[];
  readonly deeds: ControlAction[];
  /** The next second of it. */
  second(fill?: (second: SecondFiller) => void): void;
  /** Ends it, unless it was stopped before. */
  end(changes: Partial<RunResult>): void;
}

/** @param make the prober that has the runs made */
export function fakeRuns(of: Planned, make: (options: ProbeOptions) => EndingProber) {
  const runs: FakeRun[] = [];
  const shown: Progress[] = [];
  const stop = new AbortController();
  const run: ProbeOptions['run'] = async (plan, options) => {
    await null;
    return new Promise<RunResult>((resolve) => {
      let index = 0;
      const [grown, deeds]: [number[][], ControlAction[]] = [[], []];
      const end = (changes: Partial<RunResult>) => resolve(fixtureResult([], { plan, ...changes }));
      options.stop.addEventListener('abort', () => end({ ending: 'interrupted' }));
      options.onStart({ workers: 2 } as StartInfo);
      options.onControl?.({
        state: () => ({ arrivals: [], paused: false, factor: 1 }),
        act: async (deed) => `${deeds.push(deed)}`,
        grow: (sizes) => void grown.push([...sizes]),
        ...{ drain() {}, finish() {}, setPace() {} },
        drop: async () => ({ dropped: 0, open: 0 }),
      });
      const second = (fill: (second: SecondFiller) => void = () => {}) => {
        const filler = secondFiller();
        fill(filler);
        const times = { index, fromS: index, toS: ++index };
        options.onInterval?.({ ...times, stage: 'steady', delta: filler.delta(), health: null });
      };
      runs.push({ plan, options, grown, deeds, second, end });
    });
  };
  const display = {
    ...{ start() {}, interval() {}, event() {}, say() {}, end() {} },
    progress: (now: Progress) => void shown.push(now),
  };
  const options: ProbeOptions = {
    ...{ planned: of, spread: { workers: 'auto', processes: 'auto' }, display, run },
    ...{ stop: stop.signal, kill: new AbortController().signal },
  };
  const prober = make(options);
  /** Once it is begun: the run that it is in, and what will be seen. */
  const measure = async (load: number, purpose: Purpose = 'probe') => {
    const seen = prober.measure(load, purpose);
    await soon();
    return { run: runs[runs.length - 1], seen };
  };
  return { measure, prober, runs, shown, stop };
}

/** So that what was only waited for has happened. */
export const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
