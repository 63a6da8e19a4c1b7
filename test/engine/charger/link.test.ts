import { describe, expect, test } from 'vitest';
import { exponential, fixed, fullJitter, immediate, none } from '../../../src/scenario/connect.ts';
import type { ReconnectPolicy } from '../../../src/scenario/types.ts';
import { connectFailures, disconnects, runLatency } from '../../../src/snapshot/snapshot.ts';
import { type LogEntry, sentCalls } from '../../sim/log.ts';
import { counterOf, countsOf, timesOf } from '../../sim/read.ts';
import { lifeScenario, simScenario } from '../../sim/scenario.ts';
import { simulate } from '../../sim/simulate.ts';

describe('the back-off', () => {
  const refused = { onConnect: () => ({ outcome: 'refused', delayMs: 0 }) as const };

  test('is a random share of min(max, base x 2^attempt)', async () => {
    const reconnect = fullJitter({ base: '1s', max: '20s' });
    const scenario = simScenario({ duration: '10m' }, { chargers: 200, reconnect });
    const run = await simulate({ scenario, behaviour: refused });
    /** Waits before attempt n, as shares of their limit. */
    const shares: number[][] = [];
    for (let charger = 0; charger < 200; charger++) {
      const failed = timesOf(run, 'failed', charger);
      const connects = timesOf(run, 'connect', charger).slice(1);
      connects.forEach((connectS, attempt) => {
        const limitS = Math.min(20, 2 ** attempt);
        (shares[attempt] ??= []).push((connectS - failed[attempt]) / limitS);
      });
    }
    for (const [attempt, taken] of shares.slice(0, 20).entries()) {
      expect(Math.min(...taken), `attempt ${attempt}`).toBeGreaterThan(0);
      expect(Math.max(...taken), `attempt ${attempt}`).toBeLessThanOrEqual(1);
      const mean = taken.reduce((a, b) => a + b, 0) / taken.length;
      // 5 standard deviations of the mean of 200 uniform draws.
      expect(Math.abs(mean - 0.5), `attempt ${attempt}`).toBeLessThan(0.11);
    }
    expect(connectFailures(run.snapshot)).toEqual({ refused: counterOf(run, 'connectsAttempted') });
  });

  test('starts afresh after a connection', async () => {
    const reconnect = fullJitter({ base: '1s', max: '60s' });
    const scenario = simScenario({ duration: '10m' }, { chargers: 20, reconnect });
    const run = await simulate({ scenario, behaviour: { cutAfterS: 1 } });
    for (let charger = 0; charger < 20; charger++) {
      const down = timesOf(run, 'down', charger);
      const connects = timesOf(run, 'connect', charger).slice(1);
      expect(down.length).toBeGreaterThan(100);
      connects.forEach((connectS, index) => {
        expect(connectS - down[index]).toBeLessThanOrEqual(1);
      });
    }
    expect(disconnects(run.snapshot)).toEqual({ reset: timesOfAll(run.entries, 'down') });
  });
});

describe('the policy', () => {
  /** Waits between a failure and the next attempt, s; the target refuses all, for a minute. */
  async function waitsOf(
    reconnect: ReconnectPolicy,
    plan: { retryAfterS?: number; retryAfter?: boolean } = {},
  ) {
    const { retryAfterS, retryAfter = false } = plan;
    const scenario = simScenario({ duration: '60s' }, { reconnect, retryAfter });
    const outcome = retryAfterS === undefined ? 'refused' : 'http503';
    const behaviour = {
      onConnect: () => ({ outcome, delayMs: 0, retryAfterS }) as const,
    };
    const run = await simulate({ scenario, behaviour });
    const failed = timesOf(run, 'failed');
    const waits = timesOf(run, 'connect')
      .slice(1)
      .map((connectS, n) => Number((connectS - failed[n]).toFixed(6)));
    return { run, waits };
  }

  test('fixed waits the same time', async () => {
    const { waits } = await waitsOf(fixed({ delay: '7s' }));
    expect(waits).toEqual(Array(8).fill(7));
  });

  test('fixed with jitter waits up to that much longer', async () => {
    const { waits } = await waitsOf(fixed({ delay: '2s', jitter: '1s' }));
    expect(waits.length).toBeGreaterThan(18);
    expect(Math.min(...waits)).toBeGreaterThan(2);
    expect(Math.max(...waits)).toBeLessThan(3);
    expect(new Set(waits).size).toBe(waits.length);
  });

  test('exponential grows by its factor, up to its maximum', async () => {
    const twice = await waitsOf(exponential({ base: '1s', max: '12s' }));
    expect(twice.waits).toEqual([1, 2, 4, 8, 12, 12, 12]);
    const thrice = await waitsOf(exponential({ base: '1s', max: '1h', factor: 3 }));
    expect(thrice.waits).toEqual([1, 3, 9, 27]);
  });

  test('immediate tries at once, then every 100 ms', async () => {
    const { waits } = await waitsOf(immediate());
    expect(waits.slice(0, 4)).toEqual([0, 0.1, 0.1, 0.1]);
    expect(waits.length).toBeGreaterThan(590);
  });

  test('immediate gives up after so many attempts', async () => {
    const { waits, run } = await waitsOf(immediate({ attempts: 3 }));
    expect(waits).toEqual([0, 0.1, 0.1]);
    expect(counterOf(run, 'connectsAttempted')).toBe(4);
    expect(counterOf(run, 'finished')).toBe(1);
  });

  test('none stays away', async () => {
    const { waits, run } = await waitsOf(none());
    expect(waits).toEqual([]);
    expect(counterOf(run, 'finished')).toBe(1);
  });

  test('none ends with the first connection, too', async () => {
    const scenario = lifeScenario((l) => l.idle('1h'), {}, { reconnect: none() });
    const run = await simulate({ scenario, behaviour: { cutAfterS: 0.5 } });
    expect(timesOf(run, 'down')).toHaveLength(1);
    expect(timesOf(run, 'connect')).toHaveLength(1);
    expect(countsOf(run, 'BootNotification').sent).toBe(1);
  });

  test('attempts count from the last connection', async () => {
    const scenario = simScenario(
      { duration: '60s' },
      { reconnect: exponential({ base: '1s', max: '1h' }) },
    );
    const run = await simulate({
      scenario,
      behaviour: {
        onConnect: (_, nth) => ({ outcome: nth === 3 ? 'up' : 'refused', delayMs: 0 }),
        onCall: ({ action }, peer) => {
          if (action === 'BootNotification') peer.after(1000, () => peer.end('reset'));
          return false;
        },
      },
    });
    const gone = [...timesOf(run, 'failed'), ...timesOf(run, 'down')].sort((a, b) => a - b);
    const waits = timesOf(run, 'connect')
      .slice(1)
      .map((connectS, n) => Math.round(connectS - gone[n]));
    expect(waits).toEqual([1, 2, 1, 2, 4, 8, 16]);
  });

  describe('Retry-After', () => {
    test('is not heeded unless the fleet says so', async () => {
      const { waits, run } = await waitsOf(fixed({ delay: '7s' }), { retryAfterS: 20 });
      expect(waits[0]).toBe(7);
      expect(counterOf(run, 'retryAfters')).toBe(0);
    });

    test('is waited for when it is longer, and counted', async () => {
      const plan = { retryAfterS: 25, retryAfter: true };
      const { waits, run } = await waitsOf(fixed({ delay: '7s' }), plan);
      expect(waits).toEqual([25, 25]);
      // The third one waits when the run ends.
      expect(counterOf(run, 'retryAfters')).toBe(3);
      expect(connectFailures(run.snapshot)).toEqual({ http503: 3 });
    });

    test('does not shorten the own wait', async () => {
      const plan = { retryAfterS: 3, retryAfter: true };
      const { waits, run } = await waitsOf(fixed({ delay: '7s' }), plan);
      expect(waits[0]).toBe(7);
      expect(counterOf(run, 'retryAfters')).toBe(0);
    });

    test('does not bring back who stays away', async () => {
      const { waits } = await waitsOf(none(), { retryAfterS: 3, retryAfter: true });
      expect(waits).toEqual([]);
    });
  });
});

const timesOfAll = (entries: readonly LogEntry[], kind: string) =>
  entries.filter((entry) => entry.kind === kind).length;

describe('handshakes', () => {
  test('one that is not answered in time is given up, counted, and tried again', async () => {
    const scenario = simScenario({ duration: '60s', handshakeTimeout: '7s' });
    const run = await simulate({
      scenario,
      behaviour: { onConnect: (_, nth) => (nth <= 2 ? { outcome: 'silent' } : {}) },
    });
    const [first, second] = timesOf(run, 'connect');
    const [gaveUp, again] = timesOf(run, 'destroy');
    expect(gaveUp - first).toBeCloseTo(7, 6);
    expect(again - second).toBeCloseTo(7, 6);
    expect(connectFailures(run.snapshot)).toEqual({ timedOut: 2 });
    expect(counterOf(run, 'booted')).toBe(1);
    expect(run.notes['connect:timedOut']).toContain('no answer to the handshake');
  });

  /** The most that were under way at once; of one moment, what ends comes before what begins. */
  function mostAtOnce(entries: readonly LogEntry[]): number {
    const begins = ({ kind }: LogEntry) => Number(kind === 'connect');
    const inOrder = [...entries].sort((a, b) => a.atNs - b.atNs || begins(a) - begins(b));
    const connecting = new Set<number>();
    let most = 0;
    for (const { kind, charger } of inOrder) {
      if (kind === 'connect') connecting.add(charger);
      else if (['up', 'failed', 'destroy'].includes(kind)) connecting.delete(charger);
      most = Math.max(most, connecting.size);
    }
    return most;
  }

  test.each([
    [1, 1],
    [3, 1],
    [3, 2],
    [7, 4],
    [100, 3],
  ])(
    '%i slots in %i shards are never exceeded, and everybody gets a turn',
    async (slots, shards) => {
      const scenario = simScenario({ duration: '60s', maxHandshakes: slots }, { chargers: 60 });
      const behaviour = { onConnect: () => ({ delayMs: 100 }) };
      const run = await simulate({ scenario, behaviour, shards });
      expect(mostAtOnce(run.entries)).toBe(Math.min(slots, 60));
      expect(counterOf(run, 'everConnected')).toBe(60);
      expect(counterOf(run, 'booted')).toBe(60);
      // In turn, so the last waits for all rounds of the shard with the fewest slots.
      const rounds = Math.ceil(60 / shards / Math.floor(slots / shards));
      const lastMs = Math.max(
        ...run.entries.filter((e) => e.kind === 'up').map((e) => e.atNs / 1e6),
      );
      expect(Math.round(lastMs)).toBe(100 * rounds);
      const ready = runLatency(run.snapshot, 'ready');
      expect(ready.totalCount).toBe(60);
      expect(Math.abs(ready.maxValue / 1e3 - lastMs)).toBeLessThan(5);
    },
  );

  test('slots come free however a handshake ends', async () => {
    const scenario = simScenario(
      { duration: '5m', maxHandshakes: 2, handshakeTimeout: '3s' },
      { chargers: 30, reconnect: fullJitter({ base: '1s', max: '2s' }) },
    );
    const run = await simulate({
      scenario,
      behaviour: { refusedConnects: 0.3, silentConnects: 0.3, cutAfterS: 120 },
    });
    expect(mostAtOnce(run.entries)).toBe(2);
    expect(counterOf(run, 'booted')).toBe(30);
    expect(Object.keys(connectFailures(run.snapshot)).sort()).toEqual([
      ...['http503', 'refused', 'timedOut'],
    ]);
  });
});

describe('after a reconnect', () => {
  test('the life goes on: no boot, the same transaction, the next sample', async () => {
    const scenario = lifeScenario(
      (l) => l.session({ duration: '40s', power: '7200W' }).unplug(),
      {},
      { meterInterval: '5s', reconnect: fullJitter({ base: '1s', max: '1s' }) },
    );
    const run = await simulate({
      scenario,
      behaviour: {
        onCall(call, peer) {
          if (call.action === 'StartTransaction')
            peer.after(12_000, () => peer.end('closedByTarget'));
          return false;
        },
      },
    });
    expect(timesOf(run, 'up')).toHaveLength(2);
    expect(disconnects(run.snapshot)).toEqual({ closedByTarget: 1 });
    expect(countsOf(run, 'BootNotification').sent).toBe(1);
    const calls = sentCalls(run.entries);
    const samples = calls.filter(({ action }) => action === 'MeterValues');
    expect(samples.map(({ payload }) => payload.meterValue[0].sampledValue[0].value)).toEqual([
      '0.00',
      '0.01',
      '0.02',
      '0.03',
      '0.04',
      '0.05',
      '0.06',
      '0.07',
      '0.08',
    ]);
    expect(new Set(samples.map(({ payload }) => payload.transactionId)).size).toBe(1);
    expect(calls.at(-1)?.payload.status).toBe('Available');
    expect(calls.map(({ id }) => Number(id))).toEqual(calls.map((_, index) => 100 + index));
  });

  test('a CALL of the life that was lost is not repeated', async () => {
    const scenario = lifeScenario((l) => l.call('Authorize').call('Heartbeat'));
    const run = await simulate({
      scenario,
      behaviour: {
        onCall(call, peer) {
          if (call.action === 'Authorize') peer.end('reset');
          return call.action === 'Authorize';
        },
      },
    });
    expect(countsOf(run, 'Authorize')).toMatchObject({ sent: 1, lost: 1 });
    expect(countsOf(run, 'Heartbeat').answered).toBe(1);
  });
});
