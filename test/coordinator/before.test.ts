import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { listenBefore } from '../../src/coordinator/before.ts';
import { coordinator, hubOf, offered, pass, recordOf } from './world.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

async function listened(runId: string): Promise<number | null> {
  const hub = hubOf();
  await offered(hub, recordOf());
  const run = await coordinator(hub, recordOf());
  const before = listenBefore(hub.bus(), runId, () => performance.now());
  let ago: number | null | undefined;
  void before.heardMsAgo().then((ms) => {
    ago = ms;
  });
  await pass(1_600);
  before.close();
  run.kill.abort();
  await pass(2_000);
  if (ago === undefined) throw new Error('it did not say');
  return ago;
}

test('a coordinator that lives is heard', async () => {
  expect(await listened('night')).toBeGreaterThanOrEqual(0);
});

test('one of another run is not', async () => {
  expect(await listened('day')).toBeNull();
});
