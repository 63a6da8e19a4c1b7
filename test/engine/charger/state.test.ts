import { expect, test } from 'vitest';
import {
  Charge,
  createChargerState,
  Life,
  Link,
  More,
  NEVER,
  NO_CALL,
  TIMERS,
  Timer,
} from '../../../src/engine/charger/state.ts';

const create = (globalIndex: readonly number[], seed = 1, connectors = 1) =>
  createChargerState({
    seed,
    globalIndex: Uint32Array.from(globalIndex),
    fleetOf: Uint16Array.from(globalIndex, (index) => (index < 10 ? 0 : 1)),
    repeatDepth: 3,
    firstMessageId: (fleet) => (fleet === 0 ? 100 : 500),
    connectors: (fleet) => (fleet === 0 ? connectors : 1),
    sampleEveryNs: () => 60e9,
  });

test('every charger starts disconnected, unbooted and silent', () => {
  const state = create([2, 5, 12]);
  expect(state.count).toBe(3);
  for (let c = 0; c < 3; c++) {
    expect(state.link[c]).toBe(Link.waiting);
    expect(state.life[c]).toBe(Life.boot);
    expect(state.charge[c]).toBe(Charge.none);
    expect(state.transaction[c]).toBeNull();
    expect(state.more[c]).toBe(0);
    expect(state.callAction[c]).toBe(NO_CALL);
    expect([state.heartbeatDueNs[c], state.sampleDueNs[c]]).toEqual([NEVER, NEVER]);
  }
  expect([...state.nextId]).toEqual([100, 100, 500]);
  expect([...state.recordId]).toEqual([1, 1, 1]);
});

test("a charger's stream depends on the seed and its index in the run, not on its shard", () => {
  const [alone] = create([12]).random;
  expect(create([2, 5, 12]).random[2]).toBe(alone);
  expect(create([12], 2).random[0]).not.toBe(alone);
  expect(new Set(create(Array.from({ length: 1000 }, (_, i) => i)).random).size).toBe(1000);
});

test('a column has a row a charger, repeat counters one a level', () => {
  const state = create([1, 2, 3, 4]);
  const columns = Object.entries(state).filter(([, value]) => ArrayBuffer.isView(value));
  expect(columns.length).toBeGreaterThan(30);
  for (const [name, column] of columns) {
    expect(column.length, name).toBe(name === 'repeats' ? 12 : 4);
  }
});

test('connectors beyond the first have rows behind all chargers', () => {
  const state = create([1, 2, 12], 1, 3);
  expect([state.count, state.connectorCount]).toEqual([3, 7]);
  expect([...state.owner]).toEqual([0, 1, 2, 0, 0, 1, 1]);
  expect([...state.nextConnector]).toEqual([3, 5, -1, 4, -1, 6, -1]);
  expect([...state.connectorId]).toEqual([1, 1, 1, 2, 3, 2, 3]);
  expect([...state.more]).toEqual([More.connectors, More.connectors, 0]);
  expect(new Set(state.random).size).toBe(7);
  expect(state.random[0]).toBe(create([1]).random[0]);
});

test('a charger takes less than 400 bytes, its timers included', () => {
  const columns = Object.values(create([1])).filter((value) => ArrayBuffer.isView(value));
  const timerBytes = TIMERS * (8 + 4 + 4);
  const pointerBytes = 8;
  const bytes = columns.reduce((sum, column) => sum + column.byteLength, timerBytes);
  expect(bytes + pointerBytes).toBeLessThan(400);
});

test('timer kinds are distinct and fit their place', () => {
  const kinds = Object.values(Timer);
  expect(new Set(kinds).size).toBe(TIMERS);
  expect(Math.max(...kinds)).toBe(TIMERS - 1);
});
