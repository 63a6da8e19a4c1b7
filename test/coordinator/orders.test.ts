import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ordersOf, Replaced } from '../../src/coordinator/orders.ts';
import { readControl } from '../../src/share/json.ts';
import { CONTROL_KEY } from '../../src/share/subjects.ts';
import { hubOf, offered, pass, recordOf } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function opened(options = {}) {
  const hub = hubOf(options);
  await offered(hub, recordOf());
  const over = new AbortController();
  const bus = hub.bus();
  const opening = bus.openRun('night').then(async (space) => ({
    space,
    orders: await ordersOf(space, over.signal),
  }));
  await pass(2_000);
  return { hub, bus, over, ...(await opening) };
}

test('are kept in their order, whoever reads them', async () => {
  const { orders, space } = await opened();
  const all = Promise.all([
    orders.give({ order: 'start', atMs: 5 }),
    orders.give({ order: 'drain' }),
    orders.give({ order: 'finish' }),
  ]);
  await pass(200);
  await all;
  const stored = space.get(CONTROL_KEY);
  await pass(50);
  expect(readControl((await stored)!.value)!.orders).toEqual(orders.given());
  expect(orders.given().map(({ order }) => order)).toEqual(['start', 'drain', 'finish']);
  const again = ordersOf(space, new AbortController().signal);
  await pass(50);
  expect((await again).given()).toEqual(orders.given());
});

test('wait for a bus that is away', async () => {
  const { orders, bus } = await opened();
  bus.leave();
  const given = orders.give({ order: 'drain' });
  await pass(5_000);
  expect(orders.given()).toEqual([]);
  bus.comeBack();
  await pass(1_000);
  await given;
  expect(orders.given()).toEqual([{ order: 'drain' }]);
});

test('are there once, though their confirmation was lost', async () => {
  const { orders } = await opened({ unconfirmed: 0.5, limitMs: 300, seed: 5 });
  const given = Promise.all(Array.from({ length: 5 }, () => orders.give({ order: 'finish' })));
  await pass(60_000);
  await given;
  expect(orders.given()).toHaveLength(5);
});

test('of somebody else end ours', async () => {
  const { orders, hub } = await opened();
  const over = new AbortController().signal;
  const other = hub
    .bus()
    .openRun('night')
    .then((space) => ordersOf(space, over))
    .then((theirs) => theirs.give({ order: 'drain' }));
  await pass(200);
  await other;
  const given = orders.give({ order: 'finish' }).catch((error) => error);
  await pass(200);
  expect(await given).toBeInstanceOf(Replaced);
});
