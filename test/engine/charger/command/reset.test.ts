import { describe, expect, test } from 'vitest';
import { counterOf, countsOf, timesOf } from '../../../sim/read.ts';
import {
  BUSY,
  callsOf,
  countsOfCommand,
  DIALECTS,
  effectOf,
  FREE,
  type Order,
  send,
  storyOf,
} from './send.ts';

const HEARTBEAT: Order = [19, 'TriggerMessage', { requestedMessage: 'Heartbeat' }];
const reset = (atS: number, type: string): Order => [atS, 'Reset', { type }];

describe.each(DIALECTS)('%s', (dialect) => {
  const fleet = { life: FREE, rebootTime: '4s' } as const;

  test.each(['Hard', 'Soft'])('%s: leaves, comes back after the reboot, boots', async (type) => {
    const told = await send([reset(10, type)], { dialect, fleet });
    expect(told.statuses).toEqual(['Accepted']);
    expect(timesOf(told.run, 'close').at(0)).toBeCloseTo(10.011, 3);
    const [closed] = timesOf(told.run, 'closed');
    expect(timesOf(told.run, 'connect')[1]).toBeCloseTo(closed + 4, 6);
    expect(storyOf(told, 10)).toEqual(['BootNotification', 'Available']);
    expect(callsOf(told, 'BootNotification')).toHaveLength(2);
    expect(counterOf(told.run, 'restarts')).toBe(1);
    // From the arrival of the Reset to the boot that is accepted again.
    expect(effectOf(told, 'Reset').count).toBe(1);
    expect(effectOf(told, 'Reset').ms).toBeGreaterThan(4010);
    expect(effectOf(told, 'Reset').ms).toBeLessThan(4050);
  });

  test('ids begin again as-logged, and go on in standard', async () => {
    const told = await send([reset(10, 'Hard')], { dialect, fleet });
    const ids = told.calls.map(({ id }) => Number(id));
    expect(ids).toEqual(dialect === 'as-logged' ? [100, 101, 100, 101] : [100, 101, 102, 103]);
  });

  test('Soft: the transaction ends, and its messages are delivered before it leaves', async () => {
    const told = await send([reset(20, 'Soft')], { dialect, fleet: { ...fleet, life: BUSY } });
    expect(storyOf(told, 20)).toEqual([
      ...['StopTransaction', 'Finishing', 'DataTransfer', 'Available'],
      ...['BootNotification', 'Available'],
    ]);
    const [stopped] = callsOf(told, 'StopTransaction');
    expect(stopped.atS).toBeCloseTo(20.011, 3);
    expect(stopped.payload.reason).toBe(dialect === 'standard' ? 'SoftReset' : undefined);
    expect(timesOf(told.run, 'close')[0]).toBeGreaterThan(stopped.atS + 0.03);
    expect(countsOf(told.run).lost).toBe(0);
  });

  test('Hard: it leaves at once, and delivers after the boot', async () => {
    const told = await send([reset(20, 'Hard')], { dialect, fleet: { ...fleet, life: BUSY } });
    expect(timesOf(told.run, 'close')[0]).toBeCloseTo(20.011, 3);
    const story = storyOf(told, 20);
    const boot = story.indexOf('BootNotification');
    expect(story.indexOf('StopTransaction', boot)).toBeGreaterThan(boot);
    const last = callsOf(told, 'StopTransaction').at(-1);
    expect(last?.payload.reason).toBe(dialect === 'standard' ? 'HardReset' : undefined);
    // The time of the end of the charge, not of the delivery.
    expect(last?.payload.timestamp).toMatch(/T\d\d:00:20/);
    expect(counterOf(told.run, 'transactionsComplete')).toBe(1);
  });

  test('Soft with a central system that answers nothing leaves all the same', async () => {
    const stuck = await send([HEARTBEAT, reset(20, 'Soft')], {
      dialect,
      fleet,
      scenario: { duration: '3m', callTimeout: '100s' },
      behaviour: { onCall: ({ action }) => action === 'Heartbeat' },
    });
    // 30 s of patience.
    expect(timesOf(stuck.run, 'close')[0]).toBeCloseTo(50.011, 0);
    expect(countsOf(stuck.run, 'Heartbeat')).toMatchObject({ sent: 1, lost: 1 });
  });
});

test('a command that still waits when the charger leaves is unanswered', async () => {
  const told = await send([reset(10, 'Hard'), [10.005, 'ClearCache', {}]]);
  expect(told.statuses).toEqual(['Accepted', undefined]);
});

test('nor is it answered on the next connection', async () => {
  const told = await send([reset(10, 'Hard'), [12, 'ClearCache', {}]], {
    fleet: { reactionTime: '8s', rebootTime: '500ms' },
  });
  expect(timesOf(told.run, 'up')[1]).toBeLessThan(19);
  expect(told.statuses).toEqual(['Accepted', undefined]);
  expect(countsOfCommand(told, 'ClearCache')).toMatchObject({ received: 1, unanswered: 1 });
});

test('a second Reset on the way changes nothing', async () => {
  const told = await send([reset(10, 'Soft'), reset(10, 'Soft'), reset(10, 'Hard')]);
  expect(counterOf(told.run, 'restarts')).toBe(1);
  expect(callsOf(told, 'BootNotification')).toHaveLength(2);
});

test('what was configured stays', async () => {
  const told = await send([
    [5, 'ChangeConfiguration', { key: 'Language', value: 'Deutsch' }],
    reset(10, 'Hard'),
    [40, 'GetConfiguration', { key: ['Language'] }],
  ]);
  expect(told.answers[2]?.payload.configurationKey[0].value).toBe('Deutsch');
});
