import { expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import type { RunOptions, StartInfo } from '../../src/fleet/options.ts';
import type { Progress, RunEvent } from '../../src/fleet/result.ts';
import { runPlan } from '../../src/fleet/run.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Scenario } from '../../src/scenario/types.ts';
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
