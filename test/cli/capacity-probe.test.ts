import { describe, expect, test } from 'vitest';
import type { CapacityFlags } from '../../src/cli/capacity-plan.ts';
import { heldFor, refuseBroken, searchSeconds, wholeRuns } from '../../src/cli/capacity-probe.ts';
import type { Progress } from '../../src/fleet/result.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet } from '../../src/scenario/types.ts';
import { runHistogram, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { filler, fixtureResult, okResult } from '../report/fixtures.ts';
import { fakeRuns, planned } from './capacity-runs.ts';

const search = () => fakeRuns(planned(), wholeRuns);
const at = (stage: Progress['stage'], connected: number) => ({ stage, connected }) as Progress;

function ended(booted: number) {
  const fill = filler();
  fill.count('booted', booted);
  fill.record(runHistogram('bootedAfter'), booted, 1e6);
  fill.calls('Heartbeat', STAGE_STEADY, { sent: 60, answered: 60 });
  const { snapshot } = fixtureResult([fill]);
  return { snapshot, steadyS: 3, ending: 'completed' as const };
}

describe('how long a load is held', () => {
  const held = (flags: CapacityFlags, fleet: Partial<Fleet> = { heartbeat: '2s' }) => {
    const of = planned(flags, { meterInterval: '2s', ...fleet });
    return (['approach', 'probe', 'confirmation', 'recovery'] as const).map((purpose) =>
      heldFor(purpose, of),
    );
  };
  test('less on the way, more for the answer', () => {
    expect(held({ holdS: 20 })).toEqual([10, 20, 40, 20]);
    expect(held({ holdS: 60 })).toEqual([30, 60, 90, 60]);
    expect(held({ holdS: 5 })).toEqual([3, 5, 10, 5]);
    expect(held({ holdS: 2 })).toEqual([2, 2, 4, 2]);
  });
  test('never less than what comes again and again takes, where --hold is as long', () => {
    const hour = { life: life().boot(), meterInterval: '15m' } as const;
    expect(held({ holdS: 60 }, { ...hour, heartbeat: '45s' })[0]).toBe(45);
    expect(held({ holdS: 60 }, { ...hour, heartbeat: '60s' })[0]).toBe(60);
    expect(held({ holdS: 60 }, { ...hour, heartbeat: '61s' })[0]).toBe(30);
    const session = { duration: '3s', power: '7kW' } as const;
    const charging = { life: life().boot().session(session), heartbeat: '2s' } as const;
    expect(held({ holdS: 60 }, { ...charging, meterInterval: '50s' })[0]).toBe(50);
  });
  test('never less than an SLO looks at', () => {
    const windowed = { threshold: 'rate<0.01', window: '15s' } as const;
    const { planAt, ...of } = planned(
      { slo: undefined, holdS: 20 },
      {},
      {
        thresholds: { ocpp_call_failed: [windowed] },
      },
    );
    expect(heldFor('approach', { planAt, ...of })).toBe(15);
    expect(heldFor('confirmation', { planAt, ...of })).toBe(40);
  });
});

test('about how long a search takes, by all that it may have to do', () => {
  // 10 to 320 chargers: 5 doublings, 4 halvings; 320 chargers connect in 40 s, 10 s are their end.
  const whole = 6 * (2 + 10) + 4 * (2 + 20 + 20 + 5) + 2 * (2 + 40) + 40;
  expect(searchSeconds(planned({ holdS: 20 }))).toBeCloseTo(whole);
  const coarse = searchSeconds(planned({ holdS: 20, precision: 0.2 }));
  expect(coarse).toBeCloseTo(whole - 2 * (2 + 20 + 20 + 5));
});

describe('a load in a run of its own', () => {
  test('is looked at in its steady stage', async () => {
    const { run, seen } = await search().measure(40);
    const { plan, options } = run;
    expect(plan).toMatchObject({ chargerCount: 40, stages: { warmupNs: 2e9, steadyNs: 3e9 } });
    // What is connected in the drain says nothing of the hold.
    for (const now of [at('ramp', 20), at('steady', 40), at('drain', 1)]) options.onProgress(now);
    run.end(ended(40));
    expect(await seen).toMatchObject({
      ...{ chargers: 40, connected: 40, booted: 40, heldS: 3, callsPerS: 20, failure: null },
    });
  });

  test('has a plan and a run for each, twice as long to confirm', async () => {
    const { measure, runs } = search();
    for (const purpose of ['probe', 'confirmation'] as const) {
      const { run, seen } = await measure(40, purpose);
      run.options.onProgress(at('steady', 38));
      run.end(ended(40));
      expect((await seen)?.failure).toMatch('only 38 of 40 chargers were connected when');
    }
    expect(runs.map(({ plan }) => plan.stages.steadyNs)).toEqual([3e9, 6e9]);
  });

  test('fails when its chargers do not boot, or nobody can connect', async () => {
    const { measure } = search();
    const some = await measure(40);
    some.run.options.onProgress(at('steady', 40));
    some.run.end(ended(15));
    expect(await some.seen).toMatchObject({
      ...{ failure: 'only 15 of 40 chargers booted', isCollapse: true },
    });
    const none = await measure(40);
    none.run.end({ ...ended(0), ending: 'gaveUp' });
    expect((await none.seen)?.failure).toBe('no charger could connect');
  });

  test('is nothing when a signal cut it, and none is begun after one', async () => {
    const { measure, runs, stop } = search();
    const { seen } = await measure(40);
    stop.abort();
    runs[0].end({ ending: 'interrupted' });
    expect(await seen).toBeNull();
    expect(await (await measure(80)).seen).toBeNull();
    expect(runs).toHaveLength(1);
  });

  test('ends the search when the scenario threw', async () => {
    const { run, seen } = await search().measure(40);
    run.end({ ...ended(40), ending: 'scriptError', error: new Error('x is undefined') });
    await expect(seen).rejects.toMatchObject({
      message: 'the scenario threw: x is undefined',
      exitCode: 107,
    });
  });
});

test.each([
  ['scriptError', 107],
  ['aborted', 108],
  ['shardError', 109],
] as const)('%s makes every other probe useless', (ending, exitCode) => {
  const result = { ...okResult(), ending, error: new Error('why') };
  expect(() => refuseBroken(result)).toThrow(expect.objectContaining({ exitCode }));
});

test.each(['completed', 'interrupted', 'gaveUp', 'failedThreshold'] as const)(
  '%s says something of the load',
  (ending) => expect(() => refuseBroken({ ...okResult(), ending })).not.toThrow(),
);
