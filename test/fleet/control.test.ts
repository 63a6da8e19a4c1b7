import { describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';
import { runControl } from '../../src/fleet/control.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import { rate } from '../../src/scenario/connect.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet } from '../../src/scenario/types.ts';
import { smallScenario } from '../e2e/support.ts';

const OPEN: Partial<Fleet> = {
  arrivals: rate('1/s'),
  life: life()
    .boot()
    .forever((l) => l.awaitArrival().plugIn().unplug()),
};

function controlled(fleet: Partial<Fleet> = OPEN) {
  const told: string[] = [];
  const pool = {
    finish: vi.fn(),
    setPace: vi.fn(),
    setSize: vi.fn(),
    drop: vi.fn(async () => ({ dropped: 250, open: 5000 })),
    leadNs: 0,
  };
  const drain = vi.fn();
  const plan = compilePlan(smallScenario({}, fleet), { name: 'a.ts', file: null, seed: 1 });
  let drains = false;
  const control = runControl({
    ...{ plan, pool, clock: systemClock(), drain },
    draining: () => drains,
    tell: (text) => void told.push(text),
  });
  const paces = () => pool.setPace.mock.calls.map(([, factor]) => factor);
  return { control, told, pool, drain, paces, beginDrain: () => void (drains = true) };
}

describe('control of a run', () => {
  test('paces arrivals; a rate that is set in a pause counts when it is over', async () => {
    const { control, told, paces } = controlled();
    expect(control.state()).toEqual({ arrivals: ['small'], paused: false, factor: 1 });
    await control.act({ action: 'pauseArrivals' });
    await control.act({ action: 'rate', factor: 2.5 });
    expect(control.state()).toEqual({ arrivals: ['small'], paused: true, factor: 2.5 });
    await control.act({ action: 'resumeArrivals' });
    expect(paces()).toEqual([0, 0, 2.5]);
    expect(told).toEqual([
      'control: arrivals paused',
      'control: arrivals at 2.5 times the planned rate, once they are resumed',
      'control: arrivals resumed, at 2.5 times the planned rate',
    ]);
  });

  test('numbers the drops, and tells what came of each', async () => {
    const { control, told, pool } = controlled();
    const text = 'dropped 250 of 5 000 connections (a share of 5 %)';
    expect(await control.act({ action: 'drop', share: 0.05 })).toBe(text);
    await control.act({ action: 'drop', share: 1 });
    expect(pool.drop.mock.calls).toEqual([
      [0.05, 1],
      [1, 2],
    ]);
    expect(told[0]).toBe(`control: ${text}`);
  });

  test('grows the fleets, without an event: a search tells of its loads itself', () => {
    const { control, pool, told } = controlled();
    control.grow([120]);
    expect(pool.setSize).toHaveBeenCalledWith(expect.any(Number), [120]);
    expect(told).toEqual([]);
  });

  test('stops the run', async () => {
    const { control, told, drain } = controlled();
    await control.act({ action: 'stop' });
    expect(drain).toHaveBeenCalledTimes(1);
    expect(told).toEqual(['control: the run is stopped']);
  });

  test('what a coordinator orders is done as it says, and is no event', async () => {
    const { control, told, pool, drain, beginDrain } = controlled();
    control.setPace(17e9, 0.5);
    expect(pool.setPace).toHaveBeenCalledWith(17e9, 0.5);
    expect(await control.drop(0.25, 7)).toEqual({ dropped: 250, open: 5000 });
    expect(pool.drop).toHaveBeenCalledWith(0.25, 7);
    control.drain();
    beginDrain();
    control.drain();
    expect(drain).toHaveBeenCalledTimes(1);
    control.finish();
    expect([drain.mock.calls.length, pool.finish.mock.calls.length]).toEqual([1, 1]);
    expect(told).toEqual([]);
  });

  test('finishing a run that does not drain begins its drain first', () => {
    const { control, pool, drain } = controlled();
    control.finish();
    expect(drain.mock.invocationCallOrder[0]).toBeLessThan(pool.finish.mock.invocationCallOrder[0]);
  });

  test('refuses to pace a closed load, and all in the drain; neither is an event', async () => {
    const closed = controlled({});
    expect(closed.control.state().arrivals).toEqual([]);
    for (const action of [
      { action: 'pauseArrivals' },
      { action: 'resumeArrivals' },
      { action: 'rate', factor: 2 },
    ] as const) {
      await expect(closed.control.act(action)).rejects.toThrow(/no fleet .* has arrivals/);
    }
    closed.beginDrain();
    await expect(closed.control.act({ action: 'stop' })).rejects.toThrow('drains already');
    expect([closed.told, closed.paces()]).toEqual([[], []]);
  });
});
