import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { BusError, type RunSpace } from '../../src/bus/bus.ts';
import { offerRun, openRun } from '../../src/coordinator/open.ts';
import { hubOf, offered, pass, recordOf } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what was offered is found again, though confirmations were lost', async () => {
  const hub = hubOf({ unconfirmed: 0.3, limitMs: 300, seed: 3 });
  await offered(hub, recordOf());
  const opening = openRun(hub.bus(), 'night').then(({ signed, chunks }) =>
    chunks(1).then((all) => ({ signed, all })),
  );
  await pass(5_000);
  const { signed, all } = await opening;
  expect(signed).toMatchObject({ signer: 'U' });
  expect(all.map((chunk) => [...chunk])).toEqual([[1]]);
});

test('a run is offered once', async () => {
  const hub = hubOf();
  await offered(hub, recordOf());
  await expect(offered(hub, recordOf())).rejects.toMatchObject({
    message: 'there is a run night already',
    hint: expect.stringContaining('--resume night'),
  });
});

test('one that is not there, or not whole, is told', async () => {
  const hub = hubOf();
  const failing = openRun(hub.bus(), 'night').catch((error) => error);
  await pass(100);
  expect((await failing).message).toBe('there is no run night to go on with');
  const creating = hub.bus().createRun('half');
  await pass(100);
  await creating;
  const half = openRun(hub.bus(), 'half').catch((error) => error);
  await pass(100);
  expect((await half).message).toBe('run half was never offered whole');
});

test('half a run is taken away again', async () => {
  const bus = hubOf().bus();
  const createRun = async (runId: string) => {
    const space = await bus.createRun(runId);
    const put: RunSpace['put'] = async (key, ...rest) => {
      if (key === 'share.1') throw new BusError('refused', 'full');
      return space.put(key, ...rest);
    };
    return { ...space, put };
  };
  const run = { runId: 'half', shares: 3 };
  const signed = { record: '', signature: '', signer: '' };
  const failing = offerRun({ ...bus, createRun }, run, signed, []).catch((error) => error);
  await pass(1_000);
  expect((await failing).message).toBe('full');
  const opening = bus.openRun('half').catch((error) => error);
  await pass(100);
  expect(await opening).toMatchObject({ fault: 'missing' });
});
