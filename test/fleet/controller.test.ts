import { expect, test } from 'vitest';
import { localController } from '../../src/fleet/controller.ts';

test('a run on one machine begins as soon as all its shards can know', async () => {
  const clock = { nowNs: () => 7e9, wallMs: () => 1_000 };
  expect(await localController(clock).start(20e6)).toEqual({ startNs: 7.02e9, wallStartMs: 1_020 });
});
