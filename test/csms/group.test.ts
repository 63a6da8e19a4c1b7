import { expect, test } from 'vitest';
import { type CsmsGroup, spawnCsms } from '../../src/csms/group.ts';
import { connect } from './client.ts';
import { FULL_PAYLOADS } from './payloads.ts';

async function withGroup(
  use: (group: CsmsGroup) => Promise<void>,
  ...args: Parameters<typeof spawnCsms>
): Promise<void> {
  const group = await spawnCsms(...args);
  try {
    await use(group);
  } finally {
    await group.stop().catch(() => {});
  }
}

test('several processes on one port count together, and their transactions differ', () =>
  withGroup(
    async (group) => {
      expect(group.urls).toHaveLength(1);
      const pids = group.members.map(({ pid }) => pid);
      expect(new Set(pids).size).toBe(3);
      const [url] = group.urls;
      const clients = await Promise.all(
        Array.from({ length: 60 }, (_, i) => connect({ url }, `cp${i}`)),
      );
      const replies = await Promise.all(
        clients.map((each) => each.call('StartTransaction', FULL_PAYLOADS.StartTransaction)),
      );
      expect(new Set(replies.map((reply) => reply[2].transactionId)).size).toBe(60);
      const each = await Promise.all(group.members.map((one) => one.counters()));
      // All of 60 at one of three: once in 10^28.
      expect(each.filter(({ connectionsOpen }) => connectionsOpen > 0).length).toBeGreaterThan(1);
      expect(await group.counters()).toMatchObject({ connectionsOpen: 60, answered: 60 });
      const last = await group.stop();
      expect(last).toMatchObject({ connectionsOpen: 0, transactionsStarted: 60, errored: 0 });
      expect(last.received['StartTransaction']).toBe(60);
      expect(await group.stop()).toBe(last);
    },
    { light: true, processes: 3 },
  ));

test('each has a port of its own when told so', () =>
  withGroup(
    async (group) => {
      expect(new Set(group.urls).size).toBe(2);
      for (const url of group.urls) {
        const client = await connect({ url });
        expect((await client.call('Heartbeat', {}))[0]).toBe(3);
      }
      expect(await group.counters()).toMatchObject({ connectionsAccepted: 2 });
    },
    { light: true, processes: 2, separatePorts: true },
  ));

test('one that dies is named, and nobody is left behind', () =>
  withGroup(
    async (group) => {
      process.kill(group.members[1].pid, 'SIGKILL');
      expect(await group.exited).toMatchObject({
        name: 'process 2 of 2 of the embedded central system',
        signal: 'SIGKILL',
      });
      const says =
        'process 2 of 2 of the embedded central system is gone: it was killed by SIGKILL';
      await expect(group.counters()).rejects.toThrow(says);
      await expect(group.stop()).rejects.toThrow(says);
      expect(await group.members[0].exited).toMatchObject({ code: 0 });
    },
    { light: true, processes: 2 },
  ));

test('the full one is one process', () =>
  withGroup(async (group) => {
    expect(group.members).toHaveLength(1);
    await expect(spawnCsms({ processes: 2 })).rejects.toMatchObject({
      name: 'UserError',
      message: 'processes needs light',
    });
  }, {}));

test('ports that are taken or not there', () =>
  withGroup(
    async (group) => {
      const port = Number(new URL(group.urls[0]).port);
      const shared = await spawnCsms({ light: true, processes: 2 });
      const light = { light: true, processes: 2, separatePorts: true };
      const taken = { ...light, port };
      await expect(spawnCsms(taken)).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
      await expect(spawnCsms({ ...light, port: 65_535 })).rejects.toThrow(/65535/);
      // Others who share a port alike are strangers all the same.
      const [url] = shared.urls;
      const same = { light: true, processes: 2, port: Number(new URL(url).port) };
      await expect(spawnCsms(same)).rejects.toThrow('is in use');
      await shared.stop();
    },
    { light: true },
  ));
