import { describe, expect, test } from 'vitest';
import { generic1_6 } from '../../../src/chargers/generic.ts';
import { runLatency } from '../../../src/snapshot/snapshot.ts';
import type { Behaviour } from '../../sim/central.ts';
import { counterOf, countsOf } from '../../sim/read.ts';
import { callsOf, effectOf, FREE, send, storyOf } from './command/send.ts';

type Answer = readonly [status: string, interval: number] | 'callError' | 'silence' | 'garbage';

/** Answers the n-th boot with the n-th of these; the last one again and again. */
const boots = (...answers: readonly Answer[]): Partial<Behaviour> => ({
  onCall({ action, id, nth }, peer) {
    if (action !== 'BootNotification') return false;
    const answer = answers[Math.min(nth, answers.length) - 1];
    const currentTime = '2026-01-05T08:00:00Z';
    if (answer === 'callError') peer.send(JSON.stringify([4, id, 'InternalError', '', {}]));
    else if (answer === 'garbage') peer.send(JSON.stringify([3, id, { status: 'Perhaps' }]));
    else if (answer !== 'silence') {
      const [status, interval] = answer;
      peer.send(JSON.stringify([3, id, { currentTime, interval, status }]));
    }
    return true;
  },
});
const timesOf = async (answers: readonly Answer[], fleet: object = {}) => {
  const told = await send([], {
    fleet,
    scenario: { duration: '3m' },
    behaviour: boots(...answers),
  });
  return callsOf(told, 'BootNotification').map(({ atS }) => Math.round(atS));
};

describe('the next boot', () => {
  test.each(['Pending', 'Rejected'])(
    'after %s comes when its interval has passed',
    async (status) => {
      expect(
        await timesOf([
          [status, 25],
          [status, 40],
          ['Accepted', 60],
        ]),
      ).toEqual([0, 25, 65]);
    },
  );

  test.each(['Pending', 'Rejected'])(
    'after %s with interval 0 is bootRetry later',
    async (status) => {
      expect(
        await timesOf(
          [
            [status, 0],
            ['Accepted', 60],
          ],
          { bootRetry: '17s' },
        ),
      ).toEqual([0, 17]);
    },
  );

  test('after a CALLERROR and after an answer that is none is bootRetry later', async () => {
    expect(await timesOf(['callError', 'garbage', ['Accepted', 60]])).toEqual([0, 30, 60]);
  });

  test('after no answer is bootRetry later than the call timeout', async () => {
    expect(await timesOf(['silence', ['Accepted', 60]])).toEqual([0, 60]);
  });
});

test('nothing but boots before the acceptance; then Available, then the heartbeats', async () => {
  const told = await send([], {
    fleet: { heartbeat: 'boot' },
    behaviour: boots(['Pending', 7], ['Rejected', 8], ['Accepted', 20]),
  });
  expect(storyOf(told)).toEqual([
    ...['BootNotification', 'BootNotification', 'BootNotification'],
    ...['Available', 'Heartbeat', 'Heartbeat'],
  ]);
  expect(counterOf(told.run, 'booted')).toBe(1);
  const phase = runLatency(told.run.snapshot, 'boot');
  expect(phase.totalCount).toBe(1);
  expect(Math.abs(phase.maxValue / 1e6 - 15)).toBeLessThan(0.1);
});

test('an accepted boot with interval 0 leaves the heartbeats to the charger', async () => {
  const told = await send([], {
    fleet: { heartbeat: 'boot' },
    scenario: { duration: '150s' },
    behaviour: boots(['Accepted', 0]),
  });
  expect(callsOf(told, 'Heartbeat').map(({ atS }) => Math.round(atS))).toEqual([60, 120]);
});

test('what the fleet says goes before what the boot says', async () => {
  const told = await send([], {
    fleet: { heartbeat: '25s' },
    behaviour: boots(['Accepted', 5]),
  });
  expect(callsOf(told, 'Heartbeat').map(({ atS }) => Math.round(atS))).toEqual([25, 50]);
});

test('a triggered boot that is accepted begins the heartbeats anew, not the life', async () => {
  const told = await send([[10, 'TriggerMessage', { requestedMessage: 'BootNotification' }]], {
    fleet: { heartbeat: 'boot' },
    behaviour: boots(['Accepted', 40], ['Accepted', 15]),
  });
  expect(callsOf(told, 'Heartbeat').map(({ atS }) => Math.round(atS))).toEqual([25, 40, 55]);
  expect(callsOf(told, 'StatusNotification')).toHaveLength(1);
  expect(runLatency(told.run.snapshot, 'boot').totalCount).toBe(1);
});

test('a triggered boot that fails changes nothing', async () => {
  const told = await send([[10, 'TriggerMessage', { requestedMessage: 'BootNotification' }]], {
    fleet: { heartbeat: '20s' },
    behaviour: boots(['Accepted', 40], 'callError'),
  });
  expect(countsOf(told.run, 'BootNotification')).toMatchObject({ answered: 1, callError: 1 });
  expect(callsOf(told, 'Heartbeat')).toHaveLength(2);
  expect(effectOf(told, 'TriggerMessage').count).toBe(0);
});

test('after it, a boot of another cause is not the effect of that trigger', async () => {
  const told = await send(
    [
      [10, 'TriggerMessage', { requestedMessage: 'BootNotification' }],
      [20, 'Reset', { type: 'Hard' }],
    ],
    { behaviour: boots(['Accepted', 40], 'callError', ['Accepted', 40]) },
  );
  expect(effectOf(told, 'Reset').count).toBe(1);
  expect(effectOf(told, 'TriggerMessage').count).toBe(0);
});

test('the charge point as a whole tells its status, too, where the model does', async () => {
  const told = await send([[20, 'Reset', { type: 'Soft' }]], {
    fleet: { model: generic1_6({ connectors: 2 }), life: FREE },
  });
  const statuses = callsOf(told, 'StatusNotification');
  const connectors = (list: typeof statuses) => list.map(({ payload }) => payload.connectorId);
  expect(connectors(statuses.filter(({ atS }) => atS < 20)).sort()).toEqual([0, 1, 2]);
  expect(connectors(statuses.filter(({ atS }) => atS > 20)).sort()).toEqual([0, 1, 2]);
  expect(new Set(statuses.map(({ payload }) => payload.status))).toEqual(new Set(['Available']));
});
