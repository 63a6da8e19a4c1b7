import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { deferred } from '../../src/base/deferred.ts';
import { UserError } from '../../src/base/errors.ts';
import type { Controller } from '../../src/fleet/controller.ts';
import type { RunOptions, StartInfo } from '../../src/fleet/options.ts';
import type { Progress, RunEvent } from '../../src/fleet/result.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Scenario } from '../../src/scenario/types.ts';
import { runCounter } from '../../src/snapshot/snapshot.ts';
import { csms } from '../e2e/servers.ts';
import { smallScenario, until } from '../e2e/support.ts';

const planOf = (changes: Partial<Scenario> = {}) =>
  compilePlan(smallScenario({ duration: '400ms', ...changes }), {
    ...{ name: 'run.ts', file: null, seed: 3 },
  });

/** Options that remember what they were told. */
function listener(changes: Partial<RunOptions> = {}) {
  const told = { infos: [] as StartInfo[], progress: [] as Progress[], events: [] as RunEvent[] };
  const options: RunOptions = {
    workers: 'auto',
    stop: new AbortController().signal,
    kill: new AbortController().signal,
    onStart: (info) => void told.infos.push(info),
    onProgress: (progress) => void told.progress.push(progress),
    onEvent: (event) => void told.events.push(event),
    ...changes,
  };
  return { told, options };
}

test('runs on the embedded central system, and tells what it does', async () => {
  const { told, options } = listener();
  // Long enough for a busy main thread to look while all of them are connected.
  const plan = planOf({ duration: '1500ms' });
  const result = await runPlan(plan, options);
  expect(told.infos).toHaveLength(1);
  const [info] = told.infos;
  expect(info).toMatchObject({ workers: 1, descriptorsNeeded: 70 });
  expect(info.targetUrl).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/\{id\}$/);
  expect(result).toMatchObject({ plan, targetUrl: info.targetUrl, ending: 'completed' });
  expect(result).toMatchObject({ error: null, peakConnected: 10, events: [] });
  expect(result.steadyS).toBeCloseTo(1.5);
  expect(result.embedded?.connectionsAccepted).toBe(10);
  expect(told.progress.length).toBeGreaterThan(0);
});

test('never takes more workers than chargers', async () => {
  const { told, options } = listener({ workers: 64 });
  const plan = planOf({ fleets: smallScenario({}, { chargers: 2 }).fleets });
  const { generator } = await runPlan(plan, options);
  expect([told.infos[0].workers, generator.workers]).toEqual([2, 2]);
});

test('an unknown host is refused before the start', async () => {
  const { told, options } = listener();
  const run = runPlan(planOf({ target: 'ws://nope.invalid/{id}' }), options);
  await expect(run).rejects.toThrow(UserError);
  expect(told.infos).toEqual([]);
});

test('events are told once a kind, with their time, over all shards', async () => {
  const { told, options } = listener({ workers: 2 });
  const { url } = await csms({ faults: { httpStatus: 429 } });
  const result = await runPlan(planOf({ target: url }), options);
  expect(told.events).toHaveLength(1);
  expect(result.events).toEqual(told.events);
  expect(told.events[0].atS).toBeGreaterThanOrEqual(0);
  expect(told.events[0].text).toContain('http429');
});

test('stop ends it as interrupted, with a result', async () => {
  const stop = new AbortController();
  const { options } = listener({ stop: stop.signal });
  const run = runPlan(planOf({ duration: '60s' }), {
    ...options,
    onProgress: ({ booted }) => void (booted === 10 && stop.abort()),
  });
  const { ending, steadyS, snapshot } = await run;
  expect(ending).toBe('interrupted');
  expect(steadyS).toBeLessThan(30);
  expect(snapshot.counters.some((n) => n > 0)).toBe(true);
});

test('stop before it began is a run of nothing', async () => {
  const { options } = listener({ stop: AbortSignal.abort() });
  const { ending, steadyS } = await runPlan(planOf({ duration: '60s' }), options);
  expect([ending, steadyS]).toEqual(['interrupted', 0]);
});

test('kill ends it at once, without a result', async () => {
  const kill = new AbortController();
  const target = await csms({ silence: 1 });
  const { told, options } = listener({ kill: kill.signal });
  const run = runPlan(planOf({ target: target.url, duration: '60s' }), options);
  const failure = run.catch((error: unknown) => error);
  await until(() => told.progress.some(({ connected }) => connected > 0), 'connections');
  kill.abort();
  expect(await failure).toBeInstanceOf(UserError);
  await until(() => target.counters().connectionsOpen === 0, 'the end of the connections');
});

describe('a share', () => {
  const counted = async (url: string, share: RunOptions['share'], workers: number) => {
    const { told, options } = listener({ share, workers, judged: false });
    // Nothing holds it; whoever sees all shares would say so.
    const never = { threshold: 'count>1e9', abortOnFail: true } as const;
    const thresholds = { ocpp_call_duration: [never] };
    const result = await runPlan(planOf({ target: `${url}/{id}`, thresholds }), options);
    return { told, result, booted: runCounter(result.snapshot, 'booted') };
  };

  test('shares of one run, side by side in one process, are the run', async () => {
    const { url, counters } = await csms();
    const [a, b, c] = await Promise.all([
      counted(url, { index: 0, of: 3 }, 1),
      counted(url, { index: 1, of: 3 }, 3),
      counted(url, { index: 2, of: 3 }, 2),
    ]);
    expect([a.booted, b.booted, c.booted]).toEqual([4, 3, 3]);
    expect(counters().connectionsAccepted).toBe(10);
    expect(a.told.progress.at(-1)?.planned).toBe(4);
    expect(a.told.infos[0]).toMatchObject({ share: { index: 0, of: 3 }, descriptorsNeeded: 64 });
    expect(b.result).toMatchObject({ share: { index: 1, of: 3 }, ending: 'completed' });
    expect(b.result.thresholds).toEqual([]);
    expect(b.result.generator.workers).toBe(3);
  });

  test('begins when its controller says', async () => {
    const { url } = await csms();
    const { told, options } = listener();
    const clock = systemClock();
    const asked: number[] = [];
    const controller: Controller = {
      async start(leadNs) {
        asked.push(leadNs);
        expect(told.progress).toEqual([]);
        return { startNs: clock.nowNs() + 600e6, wallStartMs: Date.now() + 600 };
      },
    };
    const run = await runPlan(planOf({ target: `${url}/{id}` }), { ...options, controller });
    expect(run.ending).toBe('completed');
    expect(asked).toEqual([expect.any(Number)]);
    expect(told.progress[0]).toMatchObject({ stage: 'starting', connected: 0, elapsedS: 0 });
  });

  test('that is not started after all has no result, and its shards are gone', async () => {
    const { url, counters } = await csms();
    const { options } = listener();
    const controller = { start: () => Promise.reject(new Error('no coordinator for 60 s')) };
    const run = runPlan(planOf({ target: `${url}/{id}` }), { ...options, controller });
    await expect(run).rejects.toThrow('no coordinator for 60 s');
    expect(counters().connectionsAccepted).toBe(0);
  });

  test('can be ended while it waits for its start', async () => {
    const { url } = await csms();
    const kill = new AbortController();
    const { options } = listener({ kill: kill.signal });
    const waiting = deferred<void>();
    const controller: Controller = {
      start() {
        waiting.resolve();
        return new Promise(() => {});
      },
    };
    const run = runPlan(planOf({ target: `${url}/{id}` }), { ...options, controller });
    const rejected = expect(run).rejects.toThrow('ended at once');
    await waiting.promise;
    kill.abort();
    await rejected;
  });
});
