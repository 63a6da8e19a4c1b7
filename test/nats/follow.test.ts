import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { follow, placeOf } from '../../src/nats/follow.ts';

test.each([
  '$JS.ACK.OCPPLOAD_x.ocppload_1.1.17.5.1700000000000000000.3',
  '$JS.ACK._.hash.OCPPLOAD_x.ocppload_1.1.17.5.1700000000000000000.3',
  '$JS.ACK.hub.hash.OCPPLOAD_x.ocppload_1.1.17.5.1700000000000000000.3.random',
])('%s', (reply) => {
  expect(placeOf(reply)).toEqual({ sequence: 17, delivery: 5 });
});

test('one consumer at a time, though the bus is away and back before it tries again', async () => {
  const takers = new Set<(away: boolean) => void>();
  const open = new Set<object>();
  let added = 0;
  const presence = { isAway: () => false, onAway: (take: never) => takers.add(take) && (() => {}) };
  const nc = {
    subscribe() {
      const subscription = { unsubscribe: () => void open.delete(subscription) };
      open.add(subscription);
      return subscription;
    },
  };
  const add = async () => {
    if (added++ === 0) throw new Error('not yet');
  };
  const link = { presence, nc, jsm: { consumers: { add } }, inboxPrefix: '_INBOX' };
  const stop = follow(link as never, { stream: 's', filter: 'f' }, () => {});
  await sleep(20);
  for (const away of [true, false]) for (const take of takers) take(away);
  await sleep(400);
  expect(open.size).toBe(1);
  stop();
  expect(open.size).toBe(0);
});
