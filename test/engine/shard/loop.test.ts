import { describe, expect, test } from 'vitest';
import { createShard } from '../../../src/engine/charger/shard.ts';
import { type Alarm, ShardLoop } from '../../../src/engine/shard/loop.ts';
import type { Wire } from '../../../src/engine/socket/wire.ts';
import { compilePlan } from '../../../src/plan/compile.ts';
import { eventTimeNs } from '../../../src/plan/schedule.ts';
import { ramp, stages } from '../../../src/scenario/connect.ts';
import type { ConnectProfile, Scenario } from '../../../src/scenario/types.ts';
import { shardMemory, shardMemoryBytes } from '../../../src/snapshot/layout.ts';
import { readSnapshot, runLatency } from '../../../src/snapshot/snapshot.ts';
import { ORIGIN_NS, ORIGIN_WALL_MS, VirtualClock } from '../../sim/clock.ts';
import { counterOf, countsOf, latencyOf, timesOf } from '../../sim/read.ts';
import { simScenario } from '../../sim/scenario.ts';
import { simulate } from '../../sim/simulate.ts';

/** A loop whose wire never answers, with what it asked of its ports. */
function silentLoop(scenario: Scenario) {
  const clock = new VirtualClock();
  const plan = compilePlan(scenario, { name: 'x', file: null, seed: 1 });
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(1)));
  const common = { plan, clock, memory, scripts: [], notify() {}, scriptFailed() {} };
  const shard = createShard({ ...common, shard: 0, shards: 1 });
  const asked = { connects: [] as number[], destroyed: 0, done: 0, alarmsNs: [] as number[] };
  const wire: Wire = {
    connect: () => void asked.connects.push(clock.nowNs() - ORIGIN_NS),
    send: () => true,
    ping: () => {},
    close() {},
    destroy: () => void asked.destroyed++,
  };
  const inner = clock.alarm(0);
  const alarm: Alarm = {
    set(deadlineNs, wake) {
      asked.alarmsNs.push(deadlineNs - clock.nowNs());
      inner.set(deadlineNs, wake);
    },
    clear: () => inner.clear(),
    afterReading: inner.afterReading,
  };
  const loop = new ShardLoop(
    shard,
    alarm,
    () => wire,
    () => void asked.done++,
  );
  const runFor = (ns: number) => {
    let over = false;
    clock.schedule(clock.nowNs() + ns, -1, () => {
      over = true;
    });
    while (!over) clock.step();
  };
  return { clock, loop, asked, memory, runFor };
}

describe('the start', () => {
  const profiles: [string, ConnectProfile][] = [
    ['a ramp', ramp({ over: '20s' })],
    ['an accelerating ramp', ramp({ over: '20s', shape: 'accelerating' })],
    ['stages', stages([{ duration: '10s', to: '20/s' }])],
    ['all at once', { profile: 'allAtOnce' }],
  ];
  test.each(profiles)(
    '%s: charger n connects at the n-th event of its schedule',
    async (_, connect) => {
      const scenario = simScenario({}, { chargers: 100, connect });
      const run = await simulate({ scenario, shards: 3 });
      for (let charger = 0; charger < 100; charger++) {
        const dueS = eventTimeNs(run.plan.fleets[0].connect, charger) / 1e9;
        expect(timesOf(run, 'connect', charger)[0]).toBeCloseTo(dueS, 9);
      }
    },
  );

  test('jitter adds up to its length, evenly', async () => {
    const connect = ramp({ over: '20s', jitter: '5s' });
    const run = await simulate({ scenario: simScenario({}, { chargers: 400, connect }) });
    const { connect: schedule } = run.plan.fleets[0];
    const delaysS = Array.from({ length: 400 }, (_, charger) => {
      return timesOf(run, 'connect', charger)[0] - eventTimeNs(schedule, charger) / 1e9;
    });
    expect(Math.min(...delaysS)).toBeGreaterThanOrEqual(-1e-9);
    expect(Math.max(...delaysS)).toBeLessThan(5);
    const meanS = delaysS.reduce((a, b) => a + b) / 400;
    // 5 standard deviations of the mean.
    expect(Math.abs(meanS - 2.5)).toBeLessThan((5 * 5) / Math.sqrt(12 * 400));
  });
});

describe('the alarm', () => {
  test('is on the grid of the slack, at most that far behind the deadline', async () => {
    const scenario = simScenario(
      { duration: '20s', slack: '10ms' },
      { chargers: 9, heartbeat: '333ms' },
    );
    const run = await simulate({ scenario, behaviour: { thinkMs: [0, 900] } });
    const { max, count } = latencyOf(run, 'lateness');
    expect(count).toBeGreaterThan(300);
    expect(max).toBeGreaterThan(5);
    expect(max).toBeLessThan(10.01);
  });

  test('a loop with nothing to do wakes ten times a second, and sees its own delay', () => {
    const { clock, loop, asked, memory, runFor } = silentLoop(simScenario({ slack: '1ms' }));
    loop.start(ORIGIN_NS, ORIGIN_WALL_MS);
    runFor(5e9);
    expect(Math.max(...asked.alarmsNs)).toBeLessThanOrEqual(101e6);
    expect(asked.alarmsNs.length).toBeLessThan(60);
    const delays = () => runLatency(readSnapshot([memory]), 'loopDelay');
    expect(delays().totalCount).toBeGreaterThan(45);
    expect(delays().maxValue).toBeLessThan(10);
    clock.block(300e6);
    runFor(1e9);
    expect(delays().maxValue).toBeGreaterThan(200e3);
    expect(delays().maxValue).toBeLessThan(301e3);
  });
});

describe('a ramp that is held up', () => {
  test('catches up with no more handshakes at once than there are slots', () => {
    const scenario = simScenario(
      { maxHandshakes: 256, handshakeTimeout: '1h' },
      { chargers: 20_000, connect: ramp({ over: '20s' }) },
    );
    const { clock, loop, asked, runFor } = silentLoop(scenario);
    loop.start(ORIGIN_NS, ORIGIN_WALL_MS);
    runFor(100e6);
    expect(asked.connects.length).toBeGreaterThanOrEqual(99);
    expect(asked.connects.length).toBeLessThanOrEqual(101);
    clock.block(10e9);
    runFor(5e9);
    // 15 000 are due, and nobody was answered.
    expect(asked.connects).toHaveLength(256);
  });

  test('and is then where it was planned to be', async () => {
    const connect = ramp({ over: '10s' });
    const scenario = simScenario({ maxHandshakes: 1000 }, { chargers: 1000, connect });
    const blocksNs = new Map([[200, 3e9]]);
    const run = await simulate({
      scenario,
      onSend(charger, _text, clock) {
        clock.block(blocksNs.get(charger) ?? 0);
        blocksNs.delete(charger);
      },
    });
    const { connect: schedule } = run.plan.fleets[0];
    for (const charger of [100, 600, 999]) {
      const [atS] = timesOf(run, 'connect', charger);
      expect(atS).toBeCloseTo(eventTimeNs(schedule, charger) / 1e9, 3);
    }
    // Due while the loop was blocked: at once when it goes on.
    expect(timesOf(run, 'connect', 300)[0]).toBeCloseTo(5, 1);
  });
});

describe('the end', () => {
  test('the steady stage ends when the plan says so, whatever the slack', async () => {
    const scenario = simScenario(
      { duration: '10s', warmup: '3s', slack: '7ms' },
      { connect: ramp({ over: '2s' }) },
    );
    const run = await simulate({ scenario });
    expect(timesOf(run, 'close')[0]).toBeGreaterThanOrEqual(15);
    expect(timesOf(run, 'close')[0]).toBeLessThan(15.0071);
    expect(counterOf(run, 'connected')).toBe(0);
    expect(countsOf(run, 'BootNotification', 'steady').sent).toBe(0);
  });

  test('done is told once', () => {
    const { loop, asked, runFor } = silentLoop(simScenario({ duration: '5s' }, { chargers: 3 }));
    loop.start(ORIGIN_NS, ORIGIN_WALL_MS);
    runFor(4e9);
    expect(asked.done).toBe(0);
    runFor(60e9);
    loop.drain();
    loop.wake();
    expect(asked.done).toBe(1);
    expect(asked.destroyed).toBe(3);
  });

  test('a drain before the start ends the run before it began', () => {
    const { loop, asked, runFor } = silentLoop(simScenario({}, { chargers: 3 }));
    loop.drain();
    expect(asked.done).toBe(1);
    loop.start(ORIGIN_NS, ORIGIN_WALL_MS);
    runFor(10e9);
    expect(asked).toMatchObject({ connects: [], done: 1 });
  });
});
