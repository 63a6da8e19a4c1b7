/** A server that is restarted, and a line that carries nothing any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { type Bus, BusError, type RunSpace } from '../../src/bus/bus.ts';
import { connectBus } from '../../src/nats/connect.ts';
import { bytes, newRunId, readLog, watchKeys } from '../bus/contract.ts';
import { eventually } from '../support/eventually.ts';
import { lineTo, type NatsServer, startNats } from '../support/nats-server.ts';
import { describeWith } from '../support/programs.ts';

describeWith(['nats-server'], 'NATS', () => {
  const buses: Bus[] = [];
  afterAll(async () => {
    await Promise.all(buses.map((bus) => bus.close()));
  });
  const connect = async (servers: string, name: string) => {
    const bus = await connectBus({ servers, name });
    buses.push(bus);
    return bus;
  };

  describe.concurrent('is away', () => {
    test.each(['SIGTERM', 'SIGKILL'] as const)('for a restart after %s', async (signal) => {
      const server = await startNats();
      const [a, b] = [await connect(server.url, 'a'), await connect(server.url, 'b')];
      const runId = newRunId();
      const atA = await a.createRun(runId);
      const atB = await b.openRun(runId);
      const log = readLog(atB);
      const control = watchKeys(atB, 'control');
      const written = write(atA, 300);
      await eventually(() => expect(log.entries.length).toBeGreaterThan(20));
      await restart(server, signal);
      await written;
      const expected = Array.from({ length: 300 }, (_, i) => `a ${i}`);
      await eventually(() => expect(log.entries).toEqual(expected));
      await eventually(() => expect(control.entries.at(-1)).toBe('control 300'));
      const numbers = control.entries.map((entry) => Number(entry.split(' ')[1]));
      expect(numbers).toEqual([...new Set(numbers)].toSorted((x, y) => x - y));
      const later = readLog(atA);
      await eventually(() => expect(later.entries).toEqual(expected));
    });

    test('again and again', async () => {
      const server = await startNats();
      const [lineA, lineB] = [await lineTo(server.port), await lineTo(server.port)];
      const [a, b] = [await connect(lineA.url, 'a'), await connect(lineB.url, 'b')];
      const runId = newRunId();
      const atA = await a.createRun(runId);
      const atB = await b.openRun(runId);
      const log = readLog(atB);
      const control = watchKeys(atB, 'control');
      const written = write(atA, 400);
      for (let i = 0; i < 10; i++) {
        const line = i % 2 === 0 ? lineA : lineB;
        line.cut();
        await sleep(30);
        line.heal();
        await sleep(150);
      }
      await written;
      const expected = Array.from({ length: 400 }, (_, i) => `a ${i}`);
      await eventually(() => expect(log.entries).toEqual(expected));
      await eventually(() => expect(control.entries.at(-1)).toBe('control 400'));
    });

    test('when its line carries nothing, even with much under way', async () => {
      const server = await startNats();
      const line = await lineTo(server.port);
      const bus = await connect(line.url, 'frozen');
      const space = await bus.createRun(newRunId());
      const log = readLog(space);
      await space.append('a', '1', bytes('1'));
      line.freeze();
      for (let i = 0; i < 20; i++) bus.publish('much', new Uint8Array(1e6));
      const fault = space.append('a', '2', bytes('2')).catch((error) => error.fault);
      const get = space.get('control').catch((error) => error.fault);
      await eventually(() => expect(bus.isAway()).toBe(true));
      expect(await fault).toBe('away');
      expect(await get).toBe('away');
      line.heal();
      await eventually(() => expect(bus.isAway()).toBe(false));
      await space.append('a', '2', bytes('2'));
      await eventually(() => expect(log.entries).toEqual(['a 1', 'a 2']));
    });
  });
});

/** Appends and puts 1 to `count`, each until it is confirmed. */
async function write(space: RunSpace, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await insist(() => space.append('a', `0-1-${i}`, bytes(`${i}`)));
    await insist(async () => {
      const entry = await space.get('control');
      const has = entry === null ? 0 : Number(new TextDecoder().decode(entry.value));
      // The confirmation of the last attempt was lost.
      if (has === i + 1) return;
      await space.put('control', bytes(`${i + 1}`), entry?.revision ?? 0);
    });
  }
}

async function insist(act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await act();
      return;
    } catch (error) {
      const passes = error instanceof BusError && ['away', 'timeout'].includes(error.fault);
      if (!passes) throw error;
      await sleep(20);
    }
  }
}

async function restart(server: NatsServer, signal: NodeJS.Signals): Promise<void> {
  await server.stop(signal);
  await sleep(300);
  await server.start();
}
