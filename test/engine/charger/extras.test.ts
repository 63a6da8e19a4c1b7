import { expect, test } from 'vitest';
import { addExtra, dropExtras, nextExtra, takeExtra } from '../../../src/engine/charger/extras.ts';
import type { ExtraCall } from '../../../src/engine/charger/rare-state.ts';
import { More } from '../../../src/engine/charger/state.ts';
import { countsOf } from '../../sim/read.ts';
import { type Order, send } from './command/send.ts';
import { shardOf } from './fixture.ts';

function extra(triggered: boolean, done: ExtraCall['done'] = null): ExtraCall {
  const payload = '{"status":"Idle"}';
  return {
    template: -1,
    action: 0,
    payload,
    connector: 1,
    connectorId: 1,
    dueNs: 0,
    triggered,
    done,
  };
}

test('they leave in order; before the boot is accepted only triggered ones do', () => {
  const shard = shardOf();
  const { more } = shard.state;
  expect(nextExtra(shard, 1, false)).toBeUndefined();
  const [own, asked] = [extra(false), extra(true)];
  expect(addExtra(shard, 1, own)).toBe(true);
  addExtra(shard, 1, asked);
  expect(more[1] & More.extras).toBe(More.extras);
  expect(more[0] & More.extras).toBe(0);
  expect(nextExtra(shard, 1, false)).toBe(own);
  expect(nextExtra(shard, 1, true)).toBe(asked);
  takeExtra(shard, 1, asked);
  expect(nextExtra(shard, 1, true)).toBeUndefined();
  takeExtra(shard, 1, own);
  expect(more[1] & More.extras).toBe(0);
  expect(shard.extras.size).toBe(0);
});

test('more than 100 do not wait, and whoever wanted them is told so', () => {
  const shard = shardOf();
  const told: boolean[] = [];
  const one = () =>
    addExtra(
      shard,
      0,
      extra(true, (answered) => told.push(answered)),
    );
  for (let n = 0; n < 100; n++) expect(one()).toBe(true);
  expect(one()).toBe(false);
  expect(told).toEqual([false]);
  expect(dropExtras(shard, 0)).toHaveLength(100);
  expect(dropExtras(shard, 0)).toEqual([]);
  expect(shard.state.more[0] & More.extras).toBe(0);
});

test('those that wait at the end of a run are counted as unsent', async () => {
  const orders = Array.from(
    { length: 5 },
    (): Order => [5, 'TriggerMessage', { requestedMessage: 'Heartbeat' }],
  );
  const told = await send(orders, {
    scenario: { duration: '20s', gracePeriod: '5s', callTimeout: '60s' },
    behaviour: { onCall: ({ action }) => action === 'Heartbeat' },
  });
  expect(countsOf(told.run, 'Heartbeat')).toMatchObject({
    sent: 1,
    inFlight: 1,
    unsent: 4,
  });
});
