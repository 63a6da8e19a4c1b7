import { describe, expect, test } from 'vitest';
import type { Life } from '../../../src/scenario/types.ts';
import { checkFates } from '../../../src/snapshot/check-fates.ts';
import type { Behaviour } from '../../sim/central.ts';
import { sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf, latencyOf, timesOf } from '../../sim/read.ts';
import { lifeScenario, simScenario } from '../../sim/scenario.ts';
import { type Simulation, simulate } from '../../sim/simulate.ts';

/** When the boot was accepted: the origin of the heartbeats. */
const acceptedNs = (run: Simulation) =>
  run.entries.find(({ kind }) => kind === '<')?.atNs ?? Number.NaN;
const beats = (run: Simulation) =>
  sentCalls(run.entries).filter(({ action }) => action === 'Heartbeat');
const only = (action: string, answerMs: number): Behaviour['onCall'] => {
  return (call, peer) => {
    if (call.action !== action) return false;
    const answer = JSON.stringify([3, call.id, { currentTime: '2026-01-05T08:00:00Z' }]);
    peer.after(answerMs, () => peer.send(answer));
    return true;
  };
};

describe('heartbeats', () => {
  test('the n-th is sent at origin + n x interval, without drift', async () => {
    const scenario = simScenario({ duration: '10m' }, { heartbeat: '777ms' });
    const run = await simulate({ scenario, behaviour: { thinkMs: [0, 700] } });
    const origin = acceptedNs(run);
    expect(beats(run).length).toBeGreaterThan(700);
    for (const [index, { atNs }] of beats(run).entries()) {
      expect(Math.abs(atNs - origin - (index + 1) * 777e6)).toBeLessThan(1);
    }
  });

  test('late answers delay single ones and shift none', async () => {
    const scenario = simScenario({ duration: '60s' }, { heartbeat: '1s' });
    const onCall: Behaviour['onCall'] = (call, peer) =>
      call.nth % 10 === 0 && only('Heartbeat', 2500)(call, peer);
    const run = await simulate({ scenario, behaviour: { onCall } });
    const origin = acceptedNs(run);
    const offsetsMs = beats(run).map(
      ({ atNs }, index) => (atNs - origin) / 1e6 - (index + 1) * 1e3,
    );
    // After the 10th: the 11th and the 12th are late, the 13th is on time again.
    expect(offsetsMs.slice(9, 14).map(Math.round)).toEqual([0, 1502, 512, 0, 0]);
    expect(beats(run)).toHaveLength(59);
  });

  test('more slack makes them late, by less than the slack, and shifts none', async () => {
    const scenario = simScenario({ duration: '60s', slack: '100ms' }, { heartbeat: '1010ms' });
    const run = await simulate({ scenario });
    const origin = acceptedNs(run);
    for (const [index, { atNs }] of beats(run).entries()) {
      const lateMs = (atNs - origin) / 1e6 - (index + 1) * 1010;
      expect(lateMs).toBeGreaterThan(-1e-3);
      expect(lateMs).toBeLessThan(100.001);
    }
    expect(latencyOf(run, 'lateness').max).toBeGreaterThan(50);
  });
});

describe('what waits behind an outstanding CALL', () => {
  test.each([
    ['900ms', ['Authorize', 'Heartbeat', 'Heartbeat']],
    ['3100ms', ['Heartbeat', 'Authorize', 'Heartbeat']],
    ['4900ms', ['Heartbeat', 'Heartbeat', 'Authorize']],
  ] as const)(
    'goes in the order in which it became due: the life after %s',
    async (idle, order) => {
      // The heartbeat of 2 s is answered at 7 s: those of 4 s and 6 s wait, and so does the life.
      const steps = (l: Life) => l.idle('2s').idle(idle).call('Authorize');
      const scenario = lifeScenario(steps, { duration: '7900ms' }, { heartbeat: '2s' });
      const onCall: Behaviour['onCall'] = (call, peer) =>
        call.nth === 1 && only('Heartbeat', 4998)(call, peer);
      const run = await simulate({ scenario, behaviour: { onCall } });
      const actions = sentCalls(run.entries).map(({ action }) => action);
      expect(actions.slice(2)).toEqual(['Heartbeat', ...order]);
    },
  );
});

describe('whose fault a delay is', () => {
  test('a loop blocked in the middle of a tick is late, the target is not slow', async () => {
    // The chargers' heartbeats share a tick or two; answers take 50 ms, longer than the block.
    const options = {
      scenario: simScenario({ duration: '5s', slack: '20ms' }, { chargers: 50, heartbeat: '1s' }),
      behaviour: { thinkMs: [48, 48] } as const,
    };
    const calm = await simulate(options);
    expect(latencyOf(calm, 'lateness').max).toBeLessThan(20.1);
    let blockedAt = 0;
    const run = await simulate({
      ...options,
      onSend(charger, text, clock) {
        if (blockedAt > 0 || charger !== 25 || !text.includes('Heartbeat')) return;
        blockedAt = clock.nowNs();
        clock.block(20e6);
      },
    });
    expect(blockedAt).toBeGreaterThan(0);
    const service = latencyOf(run, 'service', 'Heartbeat');
    expect(service.min).toBeGreaterThan(49.9);
    expect(service.max).toBeLessThan(50.1);
    const { max } = latencyOf(run, 'lateness');
    expect(max).toBeGreaterThan(20.1);
    expect(max).toBeLessThan(40.1);
    expect(latencyOf(run, 'response', 'Heartbeat').max).toBeGreaterThan(70);
  });

  test('a slow target shows in the response time and not in lateness', async () => {
    const scenario = simScenario({ duration: '60s' }, { heartbeat: '1s' });
    const run = await simulate({ scenario, behaviour: { onCall: only('Heartbeat', 4998) } });
    expect(latencyOf(run, 'lateness').max).toBe(0);
    const service = latencyOf(run, 'service', 'Heartbeat');
    expect(Math.round(service.min / 10)).toBe(500);
    expect(Math.round(service.max / 10)).toBe(500);
    // Heartbeat n is due at n, sent at 1 + 5 (n - 1) and answered 5 s later.
    const { answered } = countsOf(run, 'Heartbeat');
    expect(answered).toBe(12);
    const longestMs = (1 + 5 * answered - answered) * 1e3;
    expect(Math.abs(latencyOf(run, 'response', 'Heartbeat').max - longestMs)).toBeLessThan(60);
  });

  test('response is never below service', async () => {
    const run = await simulate({
      scenario: simScenario({ duration: '60s' }, { chargers: 20, heartbeat: '300ms' }),
      behaviour: { thinkMs: [0, 900] },
    });
    const service = latencyOf(run, 'service');
    const response = latencyOf(run, 'response');
    expect(response.count).toBe(service.count);
    for (const at of ['min', 'mean', 'p50', 'p90', 'p99', 'max'] as const) {
      expect(response[at]).toBeGreaterThanOrEqual(service[at]);
    }
    expect(response.mean).toBeGreaterThan(2 * service.mean);
  });
});

describe('fates', () => {
  test('timed-out and lost CALLs have a response time and no service time', async () => {
    const scenario = simScenario(
      { duration: '20s', callTimeout: '3s', timeoutsBeforeReconnect: 100 },
      { heartbeat: '10s' },
    );
    const silent = await simulate({
      scenario,
      behaviour: { onCall: ({ action }) => action === 'Heartbeat' },
    });
    expect(countsOf(silent, 'Heartbeat')).toMatchObject({ sent: 1, timedOut: 1, answered: 0 });
    expect(latencyOf(silent, 'service', 'Heartbeat').count).toBe(0);
    expect(Math.round(latencyOf(silent, 'response', 'Heartbeat').min / 10)).toBe(300);
    const cut = await simulate({
      scenario,
      behaviour: {
        onCall(call, peer) {
          if (call.action !== 'Heartbeat') return false;
          peer.after(1998, () => peer.end('reset'));
          return true;
        },
      },
    });
    expect(countsOf(cut, 'Heartbeat')).toMatchObject({ sent: 1, lost: 1 });
    expect(Math.round(latencyOf(cut, 'response', 'Heartbeat').max / 10)).toBe(200);
  });

  test('what waited for a connection is in a series of its own', async () => {
    // A cut at 5 s, no way back before 15 s; the life's heartbeat is due at 10 s.
    const scenario = lifeScenario((l: Life) => l.idle('10s').call('Heartbeat'));
    const behaviour: Partial<Behaviour> = {
      onConnect: (_, nth) => (nth === 1 ? {} : { delayMs: 10_000 }),
      onCall(call, peer) {
        if (call.nth === 1) peer.after(5000, () => peer.end('endedByTarget'));
        return false;
      },
    };
    const run = await simulate({ scenario, behaviour });
    expect(countsOf(run, 'Heartbeat').answered).toBe(1);
    expect(latencyOf(run, 'response', 'Heartbeat').count).toBe(0);
    const [, reconnectedS] = timesOf(run, 'up');
    const offline = latencyOf(run, 'offline');
    expect(offline.count).toBe(1);
    expect(Math.abs(offline.max - (reconnectedS - 10) * 1e3)).toBeLessThan(30);
    expect(latencyOf(run, 'lateness').max).toBe(0);
  });

  test('so is what waited behind a CALL when the connection went', async () => {
    const scenario = lifeScenario(
      (l: Life) => l.idle('10s').call('Authorize'),
      {},
      { heartbeat: '9s' },
    );
    const behaviour: Partial<Behaviour> = {
      onCall(call, peer) {
        if (call.action !== 'Heartbeat' || call.nth > 1) return false;
        peer.after(5000, () => peer.end('reset'));
        return true;
      },
    };
    const run = await simulate({ scenario, behaviour });
    expect(countsOf(run, 'Authorize').answered).toBe(1);
    expect(latencyOf(run, 'response', 'Authorize').count).toBe(0);
    expect(latencyOf(run, 'offline').count).toBe(1);
  });

  test('the steady stage has its own counts: of the CALLs that were sent in it', async () => {
    const scenario = simScenario(
      { duration: '10s', warmup: '5s' },
      { heartbeat: '1s', connect: { profile: 'ramp', over: '5s' } },
    );
    const run = await simulate({ scenario });
    const inSteady = beats(run).filter(({ atNs }) => atNs >= 10e9 && atNs < 20e9).length;
    expect(countsOf(run, 'Heartbeat', 'steady').sent).toBe(inSteady);
    expect(inSteady).toBe(10);
    expect(countsOf(run, 'Heartbeat').sent).toBe(beats(run).length);
  });

  test('frames that the kernel did not take at once are not touched again', async () => {
    // The wire of the simulation compares them when they are out.
    const scenario = simScenario({ duration: '30s' }, { chargers: 10, heartbeat: '100ms' });
    const run = await simulate({ scenario, behaviour: { stalls: 0.5, transitMs: [40, 40] } });
    expect(checkFates(run.snapshot)).toEqual([]);
    expect(countsOf(run).sent).toBeGreaterThan(2000);
  });
});

describe('the backlog', () => {
  const slow = only('Heartbeat', 9998);
  /** Heartbeats each second from 1 s on, answers after 10 s, for 60 s. */
  const runWith = (maxBacklog: number) =>
    simulate({
      scenario: simScenario({ duration: '60s', maxBacklog }, { heartbeat: '1s' }),
      behaviour: { onCall: slow },
    });

  test.each([
    [0, 1],
    [3, 4],
  ])('limit %i keeps the newest %i of what is due', async (limit, kept) => {
    const run = await runWith(limit);
    expect(counterOf(run, 'droppedBacklog')).toBe(countsOf(run, 'Heartbeat').dropped);
    // Whenever an answer frees the charger, it sends the oldest that is kept.
    const { dropped, sent, unsent } = countsOf(run, 'Heartbeat');
    expect(sent).toBe(6);
    expect(sent + dropped + unsent).toBe(59);
    expect(unsent).toBeGreaterThan(0);
    // Sent at 1, 11, 21 ... s; due `kept - 1` s before that at most.
    const longestMs = (kept - 1 + 10) * 1e3;
    expect(Math.abs(latencyOf(run, 'response', 'Heartbeat').max - longestMs)).toBeLessThan(30);
  });

  test('a limit that is not met drops nothing', async () => {
    const run = await runWith(100);
    expect(counterOf(run, 'droppedBacklog')).toBe(0);
    expect(countsOf(run, 'Heartbeat').unsent).toBe(53);
  });

  test('heartbeats that are due while offline are dropped, samples are kept', async () => {
    const scenario = lifeScenario(
      (l) => l.session({ duration: '40s', power: '7kW' }),
      { duration: '2m' },
      { meterInterval: '1s', heartbeat: '2s' },
    );
    // Cut after 10 s; the first connection after that takes 20 s.
    const behaviour: Partial<Behaviour> = {
      onConnect: (_, nth) => (nth === 1 ? {} : { delayMs: 20_000 }),
      onCall(call, peer) {
        if (call.action === 'BootNotification') peer.after(10_000, () => peer.end('reset'));
        return false;
      },
    };
    const run = await simulate({ scenario, behaviour });
    const [downS] = timesOf(run, 'down');
    const [, upS] = timesOf(run, 'up');
    const heartbeats = countsOf(run, 'Heartbeat').dropped;
    expect(Math.abs(heartbeats - (upS - downS) / 2)).toBeLessThanOrEqual(1);
    expect(counterOf(run, 'droppedOffline')).toBe(heartbeats);
    expect(countsOf(run, 'MeterValues')).toMatchObject({ sent: 41, answered: 41, dropped: 0 });
    expect(countsOf(run, 'Heartbeat').sent + heartbeats).toBe(59);
    // About the moments they were taken: one a second, also those of the outage.
    const stamps = sentCalls(run.entries)
      .filter(({ action }) => action === 'MeterValues')
      .map(({ payload }) => Date.parse(`${payload.meterValue[0].timestamp}Z`));
    expect(stamps.slice(1).map((at, i) => at - stamps[i])).toEqual(new Array(40).fill(1000));
  });
});
