import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyCounters } from '../../../src/csms/counters.ts';
import { hostileMessage, torment, type Victim } from '../../../src/csms/faults/hostile.ts';
import { HOSTILE_KINDS, type HostileKind } from '../../../src/csms/faults.ts';
import { readCommand } from '../../../src/ocpp/read-command.ts';

const read = (kind: HostileKind, n = 0) => readCommand(hostileMessage(kind, n).toString());

describe('messages', () => {
  test('huge is above 1 MB', () => {
    expect(hostileMessage('huge', 0).length).toBeGreaterThan(1_000_000);
  });

  test('deep, huge and flood are commands that could be followed', () => {
    for (const kind of ['deep', 'huge', 'flood', 'duplicateIds'] as const) {
      expect(read(kind).kind, kind).toBe('command');
    }
    expect(hostileMessage('deep', 0)).toContain('['.repeat(10_000));
  });

  test('each has an id of its own, but for duplicateIds', () => {
    const ids = (kind: HostileKind) =>
      new Set([0, 1, 2].map((n) => JSON.parse(String(hostileMessage(kind, n)))[1])).size;
    expect([ids('flood'), ids('noSuchConnector'), ids('duplicateIds')]).toEqual([3, 3, 1]);
  });

  test('noSuchConnector is always connector 99, in correct commands', () => {
    for (let n = 0; n < 12; n++) {
      expect(read('noSuchConnector', n)).toMatchObject({
        kind: 'command',
        payload: { connectorId: 99 },
      });
    }
  });

  test('garbage has many forms, none of which is a command in text', () => {
    const forms = new Set(Array.from({ length: 100 }, (_, n) => hostileMessage('garbage', n)));
    expect(forms.size).toBeGreaterThan(15);
    for (const form of forms) {
      if (typeof form === 'string') expect(readCommand(form).kind, form).not.toBe('command');
    }
  });

  test('any number gives a message', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...HOSTILE_KINDS),
        fc.nat(),
        (kind, n) => hostileMessage(kind, n) !== undefined,
      ),
      { numRuns: 50 },
    );
  });
});

describe('torment', () => {
  function victim(changes: Partial<Victim> = {}) {
    const sent: unknown[] = [];
    const close: (() => void)[] = [];
    const fake: Victim = {
      readyState: 1,
      bufferedAmount: 0,
      send: (message) => sent.push(message),
      once: (_, listener) => close.push(listener),
      ...changes,
    };
    return { fake, sent, end: () => close.forEach((listener) => void listener()) };
  }
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 2));
  };

  test('keeps its rate until the connection closes', async () => {
    const { fake, sent, end } = victim();
    const counters = emptyCounters();
    const startMs = performance.now();
    torment({ hostile: 'flood', hostilePerS: 5_000 }, fake, counters);
    await until(() => sent.length >= 500);
    const elapsedMs = performance.now() - startMs;
    end();
    expect(elapsedMs).toBeGreaterThan(99);
    expect(sent.length).toBeLessThanOrEqual(elapsedMs * 5);
    expect(counters.hostileSent).toBe(sent.length);
    const after = sent.length;
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(sent.length).toBe(after);
  });

  test('waits for a charger that does not read', async () => {
    const { fake, sent, end } = victim({ bufferedAmount: 1 << 30 });
    torment({ hostile: 'huge', hostilePerS: 1_000 }, fake, emptyCounters());
    await new Promise((resolve) => setTimeout(resolve, 40));
    end();
    expect(sent).toEqual([]);
  });
});
