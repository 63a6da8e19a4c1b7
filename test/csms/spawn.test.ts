import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXPORT_HEADER } from '../../src/csms/records.ts';
import { type CsmsProcess, spawnOne } from '../../src/csms/spawn.ts';
import { connect } from './client.ts';
import { FULL_PAYLOADS } from './payloads.ts';

/** Runs `use` and leaves no process behind, whatever happens in it. */
async function withCsms(
  use: (csms: CsmsProcess) => Promise<void>,
  ...args: Parameters<typeof spawnOne>
): Promise<void> {
  const csms = await spawnOne(...args);
  try {
    await use(csms);
  } finally {
    await csms.stop().catch(() => {});
  }
}
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('serves from its own process, counts, and stops with its final counters', () =>
  withCsms(
    async (csms) => {
      expect(csms.pid).not.toBe(process.pid);
      const client = await connect(csms);
      const boot = await client.call('BootNotification', FULL_PAYLOADS.BootNotification);
      expect(boot[2].interval).toBe(7);
      expect(await csms.counters()).toMatchObject({ booted: 1, answered: 1, connectionsOpen: 1 });
      const [first, second] = await Promise.all([csms.counters(), csms.counters()]);
      expect(first).toEqual(second);
      const last = await csms.stop();
      expect(last).toMatchObject({ booted: 1, answered: 1, connectionsOpen: 0 });
      expect(await csms.stop()).toBe(last);
      expect((await client.closed).code).toBe(1001);
      expect(await csms.exited).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(isAlive(csms.pid)).toBe(false);
    },
    { intervalS: 7 },
  ));

test('writes its transactions when it stops, and refuses a place where it cannot', async () => {
  const exportTransactions = join(tmpdir(), `spawned-transactions-${process.pid}.csv`);
  const start = async (csms: CsmsProcess) => {
    const client = await connect(csms);
    await client.call('StartTransaction', FULL_PAYLOADS.StartTransaction);
  };
  await withCsms(start, { exportTransactions });
  const lines = readFileSync(exportTransactions, 'utf8').split('\n');
  expect([lines[0], lines.length]).toEqual([EXPORT_HEADER, 3]);
  const inFile = { exportTransactions: join(exportTransactions, 'x') };
  await expect(spawnOne(inFile)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining('embedded.exportTransactions'),
  });
  rmSync(exportTransactions);
});

test('Ctrl-C does not end it', () =>
  withCsms(async (csms) => {
    process.kill(csms.pid, 'SIGINT');
    expect((await csms.counters()).answered).toBe(0);
  }));

describe('a process that', () => {
  test('cannot listen gives the user`s error', () =>
    withCsms(async (csms) => {
      const port = Number(new URL(csms.url).port);
      await expect(spawnOne({ port })).rejects.toMatchObject({
        name: 'UserError',
        message: `port ${port} of 127.0.0.1 is in use`,
        hint: expect.stringContaining('another'),
      });
    }));

  test('dies at once is an error with its stderr', async () => {
    await expect(spawnOne({ tls: { key: 'x', cert: 'x' } })).rejects.toThrow(
      /ended with exit code 1:\n[\s\S]*PEM/,
    );
  });

  test('is killed is an error at the next question', () =>
    withCsms(async (csms) => {
      process.kill(csms.pid, 'SIGKILL');
      expect(await csms.exited).toMatchObject({ signal: 'SIGKILL' });
      await expect(csms.counters()).rejects.toThrow('was killed by SIGKILL');
      await expect(csms.stop()).rejects.toThrow('was killed by SIGKILL');
    }));

  test('is frozen is an error after the limit, and is killed', () =>
    withCsms(
      async (csms) => {
        process.kill(csms.pid, 'SIGSTOP');
        await expect(csms.counters()).rejects.toThrow('did not answer within 0.2 s');
        await expect(csms.stop()).rejects.toThrow('did not answer within 0.2 s');
        expect(await csms.exited).toMatchObject({ signal: 'SIGKILL' });
      },
      {},
      { answerMs: 200 },
    ));

  test('does not listen in time is an error', async () => {
    await expect(spawnOne({}, { startMs: 1 })).rejects.toThrow('did not listen within 0.001 s');
  });
});
