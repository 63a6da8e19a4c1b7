import { expect, test } from 'vitest';
import { pingIntervalNs } from '../../../src/engine/charger/pings.ts';
import { rareOf } from '../../../src/engine/charger/rare.ts';
import { timesOf } from '../../sim/read.ts';
import { simScenario } from '../../sim/scenario.ts';
import { simulate } from '../../sim/simulate.ts';
import { shardOf } from './fixture.ts';

test('none by default', async () => {
  expect(timesOf(await simulate({ scenario: simScenario() }), 'ping')).toEqual([]);
});

test('at whole intervals from the moment of the connection, while it stands', async () => {
  const scenario = simScenario(
    { duration: '40s' },
    { pingInterval: '4s', reconnect: { reconnect: 'fixed', delay: '5s' } },
  );
  const run = await simulate({
    scenario,
    behaviour: {
      onCall({ action }, peer) {
        if (action === 'BootNotification') peer.after(10_000, () => peer.end('reset'));
        return false;
      },
    },
  });
  const [first, second] = timesOf(run, 'up');
  const pings = timesOf(run, 'ping');
  const before = pings.filter((atS) => atS < second).map((atS) => atS - first);
  const after = pings.filter((atS) => atS > second).map((atS) => atS - second);
  expect(before.map((s) => Number(s.toFixed(6)))).toEqual([4, 8]);
  expect(after.map((s) => Number(s.toFixed(6)))).toEqual([4, 8, 12, 16, 20, 24]);
});

test('the changed key goes before the fleet', () => {
  const shard = shardOf('standard', { pingInterval: '1500ms' });
  expect(pingIntervalNs(shard, 0)).toBe(1.5e9);
  rareOf(shard, 0).configuration.set('WebSocketPingInterval', '20');
  expect(pingIntervalNs(shard, 0)).toBe(20e9);
  expect(pingIntervalNs(shard, 1)).toBe(1.5e9);
  rareOf(shard, 0).configuration.set('WebSocketPingInterval', '0');
  expect(pingIntervalNs(shard, 0)).toBe(0);
});
