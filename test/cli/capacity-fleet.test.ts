import { describe, expect, test } from 'vitest';
import { oneFleet, whyNotOneFleet } from '../../src/cli/capacity-fleet.ts';
import type { CapacityFlags } from '../../src/cli/capacity-plan.ts';
import type { Progress } from '../../src/fleet/result.ts';
import { rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';
import { STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { type FakeRun, fakeRuns, planned, soon } from './capacity-runs.ts';

const cars = life()
  .boot()
  .forever((l) => l.awaitArrival().plugIn().unplug());

const search = (...of: Parameters<typeof planned>) => fakeRuns(planned(...of), oneFleet);

/** So many more chargers connect and boot within a second. */
const come = (run: FakeRun, chargers: number) =>
  run.second((second) => {
    second.count('connected', chargers);
    second.count('booted', chargers);
  });
const answers = (run: FakeRun, seconds: number, n = 20) => {
  for (let s = 0; s < seconds; s++) {
    run.second((second) => second.answered(STAGE_STEADY, 'Heartbeat', 5, n));
  }
};
const failures = (run: FakeRun, seconds: number) => {
  for (let s = 0; s < seconds; s++) {
    run.second((second) =>
      second.calls(STAGE_STEADY, 'Heartbeat', { sent: 20, callError: 2, answered: 18 }),
    );
  }
};

describe('one fleet', () => {
  test('grows, and only its holds are looked at', async () => {
    const { measure, prober, runs, stop } = search();
    const { run, seen } = await measure(10);
    expect(run.options.sizes).toEqual([10]);
    expect(run.plan).toMatchObject({ chargerCount: 320, stages: { rampNs: 0, warmupNs: 0 } });
    // Connecting and warming up may fail as they like.
    failures(run, 2);
    come(run, 10);
    failures(run, 2);
    answers(run, 3);
    expect(await seen).toMatchObject({
      ...{ chargers: 10, connected: 10, heldS: 3, callsPerS: 20, failedShare: 0 },
      ...{ failure: null, generatorFault: null, isCollapse: false },
    });

    const second = await measure(20);
    expect(runs).toHaveLength(1);
    expect(run.grown).toEqual([[20]]);
    come(run, 10);
    answers(run, 5, 40);
    expect(await second.seen).toMatchObject({ chargers: 20, connected: 20, callsPerS: 40 });

    await prober.end();
    expect(run.options.stop.aborted).toBe(true);
    expect(stop.signal.aborted).toBe(false);
  });

  test('holds a load twice as long when it confirms, for less on the way', async () => {
    const { measure } = search();
    for (const [purpose, heldS] of [
      ['approach', 2],
      ['confirmation', 6],
    ] as const) {
      const { run, seen } = await measure(10, purpose);
      come(run, 10);
      answers(run, 2 + heldS);
      expect(await seen).toMatchObject({ heldS });
    }
  });

  test('shows each load as a run of its own', async () => {
    const { measure, shown } = search();
    const { run, seen } = await measure(10);
    const progress = () => {
      run.options.onProgress({ stage: 'steady', planned: 320, elapsedS: 99 } as Progress);
      const { stage, planned, plannedS, elapsedS } = shown[shown.length - 1];
      return [stage, planned, plannedS, elapsedS];
    };
    expect(progress()).toEqual(['ramp', 10, 0, 0]);
    come(run, 10);
    expect(progress()).toEqual(['warm-up', 10, 2, 0]);
    answers(run, 3);
    expect(progress()).toEqual(['steady', 10, 3, 1]);
    answers(run, 2);
    await seen;
  });

  test('begins anew below a load that failed, and below any other', async () => {
    const { measure, prober, runs } = search();
    const high = await measure(40);
    come(high.run, 40);
    answers(high.run, 2);
    failures(high.run, 3);
    expect((await high.seen)?.failure).toBe('ocpp_call_failed rate<0.01: rate = 0.1');

    const between = await measure(28);
    expect(high.run.options.stop.aborted).toBe(true);
    come(between.run, 28);
    answers(between.run, 5);
    expect((await between.seen)?.failure).toBeNull();

    const low = await measure(20, 'confirmation');
    come(low.run, 20);
    answers(low.run, 8);
    expect(await low.seen).toMatchObject({ chargers: 20 });
    expect(runs.map(({ options }) => options.sizes)).toEqual([[40], [28], [20]]);
    await prober.end();
    expect(runs.every(({ options }) => options.stop.aborted)).toBe(true);
  });

  test('goes on while the target catches up, and is held again in the same fleet', async () => {
    const { measure, runs } = search();
    const { run, seen } = await measure(40);
    come(run, 40);
    const catchUp = (seconds: number, callError = 0) => {
      for (let s = 0; s < seconds; s++) {
        const counts = { sent: 20, answered: 30, callError };
        run.second((second) => second.calls(STAGE_STEADY, 'Heartbeat', counts));
      }
    };
    // Five stretches of warm-up, and the hold.
    catchUp(5 * 2);
    catchUp(3, 2);
    expect((await seen)?.doubt).toMatchObject({ kind: 'catchingUp' });
    const again = await measure(40);
    expect(runs).toHaveLength(1);
    answers(run, 1 + 2 + 3);
    expect(await again.seen).toMatchObject({ failure: null, doubt: null });
  });

  test('waits for boots for so long, then says how many are missing', async () => {
    const { measure } = search();
    const { run, seen } = await measure(10);
    come(run, 7);
    // The plan of 320 chargers connects them in 40 s; 30 s of patience; warm-up and hold.
    answers(run, 40 + 30 - 1 + 2 + 3 - 1);
    await soon();
    expect(await Promise.race([seen, 'still held'])).toBe('still held');
    answers(run, 1);
    expect((await seen)?.failure).toBe('only 7 of 10 chargers booted');
  });

  test('of a rate: the same fleet, to which cars come faster', async () => {
    const { measure, runs } = search({ vary: 'rate' }, { arrivals: rate('1/s'), life: cars });
    const { run, seen } = await measure(900);
    expect(run.options.sizes).toEqual([80]);
    come(run, 80);
    failures(run, 2 + 3);
    expect((await seen)?.failure).toMatch('ocpp_call_failed');
    for (const load of [1800, 1350]) {
      const next = await measure(load);
      answers(run, 1 + 5);
      expect((await next.seen)?.failure).toBeNull();
    }
    expect(runs).toHaveLength(1);
    expect(run.deeds).toEqual([
      { action: 'rate', factor: 2 },
      { action: 'rate', factor: 1.5 },
    ]);
  });
});

describe('a run that ends under the load', () => {
  test('because nobody could connect: the target has collapsed', async () => {
    const { measure, runs } = search();
    const { run, seen } = await measure(10);
    run.end({ ending: 'gaveUp' });
    expect(await seen).toMatchObject({ isCollapse: true, failure: 'no charger could connect' });
    const again = await measure(10, 'recovery');
    expect(runs).toHaveLength(2);
    come(again.run, 10);
    answers(again.run, 5);
    expect((await again.seen)?.failure).toBeNull();
  });

  test('because of a signal: nothing is said of it, and nothing is begun after it', async () => {
    const { measure, runs, stop } = search();
    const { seen } = await measure(10);
    stop.abort();
    expect(await seen).toBeNull();
    expect(await (await measure(20)).seen).toBeNull();
    expect(runs).toHaveLength(1);
  });

  test('because of a fault: the search ends with it', async () => {
    const { measure } = search();
    const { run, seen } = await measure(10);
    run.end({ ending: 'shardError', error: new Error('out of memory') });
    await expect(seen).rejects.toMatchObject({
      message: 'a worker failed: out of memory',
      exitCode: 109,
    });
  });
});

describe('one fleet will do', () => {
  const why = (
    fleet: Partial<Fleet>,
    flags: CapacityFlags = {},
    changes: Partial<Scenario> = {},
  ) => {
    const { planAt, question } = planned(flags, fleet, changes);
    return whyNotOneFleet(planAt(question.search.to, 30), question.vary);
  };

  test('for lives that go on for ever, or do nothing', () => {
    expect(why({})).toBeNull();
    expect(why({ life: life().boot() })).toBeNull();
    expect(why({ life: life().boot().closedLoop('Heartbeat') })).toBeNull();
    expect(why({ arrivals: rate('1/s'), life: cars }, { vary: 'rate' })).toBeNull();
  });

  test('but not for others', () => {
    const session = { duration: '3s', power: '7kW' } as const;
    expect(why({ life: life().boot().session(session) })).toBe('its lives come to an end');
    expect(why({ arrivals: rate('1/s'), life: cars })).toBe('cars come to its chargers');
    const boots = { slo: ['ocpp_call_duration{action:BootNotification}: p(99)<500'] };
    expect(why({}, boots)).toBe('an SLO is about boots or connects');
    const embedded = { stall: { every: '10s', for: '1s' } } as const;
    expect(why({}, {}, { embedded })).toBe('its target has stall');
    expect(
      why({
        life: life()
          .boot()
          .script(async () => {}),
      }),
    ).toBe('the scenario has scripts');
  });
});
