/** What every bus does, in memory and on NATS. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Bus,
  BusError,
  type BusFault,
  type LogEntry,
  type RunSpace,
  type StoreEntry,
} from '../../src/bus/bus.ts';
import { eventually } from '../support/eventually.ts';

/** Two machines on one bus, the second on a line of its own. */
export interface Buses {
  readonly a: Bus;
  readonly b: Bus;
  cutB(): void;
  healB(): void;
}

export const bytes = (text: string) => new TextEncoder().encode(text);
export const text = (data: Uint8Array) => new TextDecoder().decode(data);

/** The fault of what should fail. */
export async function faultOf(promise: Promise<unknown>): Promise<BusFault | 'none'> {
  try {
    await promise;
    return 'none';
  } catch (error) {
    if (error instanceof BusError) return error.fault;
    throw error;
  }
}

let runs = 0;
export const newRunId = () => `run-${process.pid}-${++runs}`;

export interface Heard {
  readonly entries: readonly string[];
  stop(): void;
}

export function readLog(space: RunSpace): Heard {
  const entries: string[] = [];
  let last = 0;
  const stop = space.read(({ sequence, agent, data }: LogEntry) => {
    if (sequence <= last) throw new Error(`sequence ${sequence} after ${last}`);
    last = sequence;
    entries.push(`${agent} ${text(data)}`);
  });
  return { entries, stop };
}

export function watchKeys(space: RunSpace, keys: string): Heard {
  const entries: string[] = [];
  const stop = space.watch(keys, ({ key, value }: StoreEntry) => {
    entries.push(`${key} ${text(value)}`);
  });
  return { entries, stop };
}

export function busContract(name: string, connect: () => Promise<Buses>): void {
  describe(`the bus ${name}`, () => {
    let buses: Buses;
    let a: Bus;
    let b: Bus;
    beforeAll(async () => {
      buses = await connect();
      ({ a, b } = buses);
    });
    afterAll(async () => {
      await Promise.all([a.close(), b.close()]);
    });

    const both = async () => {
      const runId = newRunId();
      const atA = await a.createRun(runId);
      return { runId, atA, atB: await b.openRun(runId) };
    };
    /** Away and back again, with `meanwhile` between. */
    const outage = async (meanwhile: () => Promise<void>) => {
      buses.cutB();
      await eventually(() => expect(b.isAway()).toBe(true));
      await meanwhile();
      buses.healB();
      await eventually(() => expect(b.isAway()).toBe(false));
    };

    test('tells nobody that it is away when it is closed', async () => {
      const own = await connect();
      const states: boolean[] = [];
      own.b.onAway((away) => states.push(away));
      for (const bus of [own.a, own.b]) {
        const space = await bus.createRun(newRunId());
        const read = readLog(space);
        watchKeys(space, '>');
        bus.respond('close', () => bytes('still here'));
        await space.append('a', '1', bytes('1'));
        await eventually(() => expect(read.entries).toEqual(['a 1']));
      }
      own.a.publish('close', bytes('under way'));
      await Promise.all([own.a.close(), own.b.close()]);
      await own.b.close();
      expect(states).toEqual([]);
      expect(own.b.isAway()).toBe(true);
      own.b.publish('nobody', bytes('hears'));
      expect(await faultOf(own.b.openRun('any'))).toBe('away');
    });

    describe('messages', () => testMessages(() => ({ a, b, outage })));
    describe('runs', () => testRuns(() => ({ a, b, both })));
    describe('log', () => testLog(() => ({ b, both, outage })));
    describe('store', () => testStore(() => ({ b, both, outage })));
  });
}

type Outage = (meanwhile: () => Promise<void>) => Promise<void>;
type Both = () => Promise<{ runId: string; atA: RunSpace; atB: RunSpace }>;

function testMessages(given: () => { a: Bus; b: Bus; outage: Outage }): void {
  test('are heard by whoever listens to the subject, the sender too', async () => {
    const { a, b } = given();
    const heard: string[] = [];
    const listen = (who: string, bus: Bus, pattern: string) =>
      bus.subscribe(pattern, ({ subject, data }) => heard.push(`${who} ${subject} ${text(data)}`));
    const stops = [
      listen('a*', a, 'm.*'),
      listen('b>', b, 'm.>'),
      listen('b.x', b, 'm.x'),
      listen('other', b, 'n.*'),
    ];
    // What was subscribed is there once something went to and fro on the same connection.
    await Promise.all([faultOf(a.request('m', bytes(''), 2000)), faultOf(b.openRun('none'))]);
    a.publish('m.x', bytes('1'));
    a.publish('m.x.y', bytes('2'));
    await eventually(() => {
      expect(heard.toSorted()).toEqual(['a* m.x 1', 'b.x m.x 1', 'b> m.x 1', 'b> m.x.y 2']);
    });
    for (const stop of stops) stop();
    await faultOf(b.openRun('none'));
    a.publish('m.x', bytes('3'));
    await faultOf(a.openRun('none'));
    expect(heard).toHaveLength(4);
  });

  test('are dropped while the bus is away, and heard again afterwards', async () => {
    const { a, b, outage } = given();
    const heard: string[] = [];
    const stop = a.subscribe('away', ({ data }) => heard.push(text(data)));
    const states: boolean[] = [];
    const stopStates = b.onAway((away) => states.push(away));
    await faultOf(a.openRun('none'));
    await outage(async () => b.publish('away', bytes('dropped')));
    b.publish('away', bytes('heard'));
    await eventually(() => expect(heard).toEqual(['heard']));
    expect(states).toEqual([true, false]);
    stop();
    stopStates();
  });

  test('ask and answer', async () => {
    const { a, b, outage } = given();
    const stop = a.respond('q', (data) => (text(data) === '?' ? bytes('!') : null));
    await faultOf(a.openRun('none'));
    expect(text(await b.request('q', bytes('?'), 5000))).toBe('!');
    expect(await faultOf(b.request('q', bytes('what'), 50))).toBe('timeout');
    await outage(async () => {
      expect(await faultOf(b.request('q', bytes('?'), 5000))).toBe('away');
    });
    expect(text(await b.request('q', bytes('?'), 5000))).toBe('!');
    stop();
    await faultOf(a.openRun('none'));
    expect(await faultOf(b.request('q', bytes('?'), 5000))).toBe('timeout');
  });
}

function testRuns(given: () => { a: Bus; b: Bus; both: Both }): void {
  test('are there once', async () => {
    const { a, b, both } = given();
    const { runId } = await both();
    expect(await faultOf(a.createRun(runId))).toBe('conflict');
    expect(await faultOf(b.createRun(runId))).toBe('conflict');
  });

  test('of two that create one, one does', async () => {
    const { a, b } = given();
    const runId = newRunId();
    const faults = await Promise.all([faultOf(a.createRun(runId)), faultOf(b.createRun(runId))]);
    expect(faults.toSorted()).toEqual(['conflict', 'none']);
  });

  test('are missing before they are created and after they are removed', async () => {
    const { a, b, both } = given();
    expect(await faultOf(b.openRun(newRunId()))).toBe('missing');
    const { runId, atB } = await both();
    await a.removeRun(runId);
    await a.removeRun(runId);
    expect(await faultOf(b.openRun(runId))).toBe('missing');
    expect(await faultOf(atB.append('b', '1', bytes('x')))).toBe('missing');
    expect(await faultOf(atB.put('k', bytes('x'), 0))).toBe('missing');
    expect(await faultOf(atB.get('k'))).toBe('missing');
    expect(await faultOf(a.createRun(runId))).toBe('none');
  });
}

function testLog(given: () => { b: Bus; both: Both; outage: Outage }): void {
  test('keeps all in order for whoever reads, whenever', async () => {
    const { atA, atB } = await given().both();
    await atA.append('a', '1', bytes('one'));
    const early = readLog(atB);
    await atB.append('b', '1b', bytes('two'));
    await atA.append('a', '2', new Uint8Array());
    const late = readLog(atA);
    const all = ['a one', 'b two', 'a '];
    await eventually(() => expect(early.entries).toEqual(all));
    await eventually(() => expect(late.entries).toEqual(all));
    early.stop();
    await atA.append('a', '3', bytes('more'));
    await eventually(() => expect(late.entries).toHaveLength(4));
    expect(early.entries).toHaveLength(3);
    late.stop();
  });

  test('keeps an id of an agent once, whatever others say under it', async () => {
    const { atA, atB } = await given().both();
    await atA.append('a', '0-1-0', bytes('first'));
    await atA.append('a', '0-1-0', bytes('again'));
    await atB.append('b', '0-1-0', bytes('no copy'));
    await atB.append('b', '0-1-1', bytes('last'));
    const log = readLog(atB);
    await eventually(() => expect(log.entries).toEqual(['a first', 'b no copy', 'b last']));
    log.stop();
  });

  test('refuses at once while away; a reader goes on without gap or repetition', async () => {
    const { both, outage } = given();
    const { atA, atB } = await both();
    const log = readLog(atB);
    await atB.append('b', 'x0', bytes('0'));
    await eventually(() => expect(log.entries).toEqual(['b 0']));
    await outage(async () => {
      expect(await faultOf(atB.append('b', 'x1', bytes('1')))).toBe('away');
      await atA.append('a', 'y1', bytes('while away'));
    });
    await atB.append('b', 'x1', bytes('1'));
    await eventually(() => expect(log.entries).toEqual(['b 0', 'a while away', 'b 1']));
    log.stop();
  });
}

function testStore(given: () => { b: Bus; both: Both; outage: Outage }): void {
  test('changes an entry by compare-and-set alone', async () => {
    const { atA, atB } = await given().both();
    expect(await atA.get('share.0')).toBeNull();
    const first = await atA.put('share.0', bytes('free'), 0);
    expect(await faultOf(atB.put('share.0', bytes('b'), 0))).toBe('conflict');
    const entry = await atB.get('share.0');
    expect({ ...entry, value: text(entry!.value) }).toEqual({
      key: 'share.0',
      value: 'free',
      revision: first,
    });
    const second = await atB.put('share.0', bytes('b'), first);
    expect(second).toBeGreaterThan(first);
    expect(await faultOf(atA.put('share.0', bytes('a'), first))).toBe('conflict');
    expect(text((await atA.get('share.0'))!.value)).toBe('b');
  });

  test('of many that want an entry, one gets it', async () => {
    const { atA, atB } = await given().both();
    const claims = Array.from({ length: 10 }, (_, i) =>
      faultOf((i % 2 ? atA : atB).put('share.1', bytes(`${i}`), 0)),
    );
    const faults = await Promise.all(claims);
    expect(faults.filter((fault) => fault === 'none')).toHaveLength(1);
    expect(faults.filter((fault) => fault === 'conflict')).toHaveLength(9);
  });

  test('tells those who watch what is there, and what changes', async () => {
    const { atA, atB } = await given().both();
    const revision = await atA.put('share.0', bytes('free'), 0);
    await atA.put('control', bytes('go'), 0);
    const shares = watchKeys(atB, 'share.*');
    const all = watchKeys(atB, '>');
    await eventually(() => expect(shares.entries).toEqual(['share.0 free']));
    await eventually(() => expect(all.entries.toSorted()).toEqual(['control go', 'share.0 free']));
    await atA.put('share.0', bytes('held'), revision);
    await eventually(() => expect(shares.entries).toEqual(['share.0 free', 'share.0 held']));
    await eventually(() => expect(all.entries).toHaveLength(3));
    shares.stop();
    await atA.put('share.1', bytes('free'), 0);
    await eventually(() => expect(all.entries).toHaveLength(4));
    expect(shares.entries).toHaveLength(2);
    all.stop();
  });

  test('tells the last of what changed while away', async () => {
    const { both, outage } = given();
    const { atA, atB } = await both();
    let revision = await atA.put('control', bytes('0'), 0);
    const control = watchKeys(atB, 'control');
    await eventually(() => expect(control.entries).toEqual(['control 0']));
    await outage(async () => {
      expect(await faultOf(atB.get('control'))).toBe('away');
      expect(await faultOf(atB.put('control', bytes('x'), revision))).toBe('away');
      revision = await atA.put('control', bytes('1'), revision);
      revision = await atA.put('control', bytes('2'), revision);
    });
    await eventually(() => expect(control.entries.at(-1)).toBe('control 2'));
    await atA.put('control', bytes('3'), revision);
    await eventually(() => expect(control.entries.at(-1)).toBe('control 3'));
    control.stop();
  });
}
