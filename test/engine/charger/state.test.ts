import { expect, test } from 'vitest';
import {
  createChargerState,
  Life,
  Link,
  NEVER,
  NO_CALL,
  TIMERS,
  Timer,
  Transaction,
} from '../../../src/engine/charger/state.ts';

const create = (globalIndex: readonly number[], seed = 1) =>
  createChargerState(
    seed,
    Uint32Array.from(globalIndex),
    Uint16Array.from(globalIndex, (index) => (index < 10 ? 0 : 1)),
    3,
    (fleet) => (fleet === 0 ? 100 : 500),
  );

test('every charger starts disconnected, unbooted and silent', () => {
  const state = create([2, 5, 12]);
  expect(state.count).toBe(3);
  for (let c = 0; c < 3; c++) {
    expect(state.link[c]).toBe(Link.waiting);
    expect(state.life[c]).toBe(Life.boot);
    expect(state.transaction[c]).toBe(Transaction.none);
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

test('a charger takes less than 300 bytes, its timers included', () => {
  const columns = Object.values(create([1])).filter((value) => ArrayBuffer.isView(value));
  const timerBytes = TIMERS * (8 + 4 + 4);
  const bytes = columns.reduce((sum, column) => sum + column.byteLength, timerBytes);
  expect(bytes).toBeLessThan(300);
});

test('timer kinds are distinct and fit their place', () => {
  const kinds = Object.values(Timer);
  expect(new Set(kinds).size).toBe(TIMERS);
  expect(Math.max(...kinds)).toBe(TIMERS - 1);
});
