import { expect, test } from 'vitest';
import { randomStream } from '../../../src/base/random.ts';
import {
  departures,
  dequeue,
  emptyQueue,
  enqueue,
  firstDueMs,
  queueLength,
} from '../../../src/csms/light/queue.ts';

const constant = { ratePerS: 1_000, time: 'constant', delayMs: 0, seed: 1 } as const;

test('a constant rate: in their order, never more than it', () => {
  const departure = departures(constant);
  expect([0, 0, 0, 10, 10.5].map(departure)).toEqual([1, 2, 3, 11, 12]);
});

test('a delay comes on top, and takes nobody`s time', () => {
  const departure = departures({ ...constant, delayMs: 5 });
  expect([0, 0, 10].map(departure)).toEqual([6, 7, 16]);
  const alone = departures({ ...constant, ratePerS: Number.POSITIVE_INFINITY, delayMs: 5 });
  expect([0, 0, 10].map(alone)).toEqual([5, 5, 15]);
});

/** The mean time in the system of arrivals at random, ms. */
function meanSojournMs(time: 'constant' | 'exponential', load: number): number {
  const departure = departures({ ratePerS: 1_000, time, delayMs: 0, seed: 3 });
  const random = randomStream(4);
  let atMs = 0;
  let sumMs = 0;
  const calls = 400_000;
  for (let i = 0; i < calls; i++) {
    atMs -= Math.log(random()) / load;
    sumMs += departure(atMs) - atMs;
  }
  return sumMs / calls;
}

/** Pollaczek and Khinchine, with a service time of 1 ms. */
test.each([0.3, 0.5, 0.8])('at a load of %f it is M/D/1, or M/M/1', (load) => {
  const md1 = 1 + load / (2 * (1 - load));
  const mm1 = 1 / (1 - load);
  expect(meanSojournMs('constant', load) / md1).toBeCloseTo(1, 1);
  expect(meanSojournMs('exponential', load) / mm1).toBeCloseTo(1, 1);
});

test('what waits leaves in its order, however many there are', () => {
  const queue = emptyQueue<number>();
  expect(firstDueMs(queue)).toBe(Number.POSITIVE_INFINITY);
  let put = 0;
  let taken = 0;
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 1_000; i++) enqueue(queue, put, put++ / 2);
    let isInOrder = true;
    for (let i = 0; i < (round < 20 ? 500 : 1_500); i++) {
      isInOrder &&= firstDueMs(queue) === taken / 2 && dequeue(queue) === taken++;
    }
    expect(isInOrder).toBe(true);
    expect(queueLength(queue)).toBe(put - taken);
  }
  expect(queueLength(queue)).toBe(0);
  expect(queue.items).toHaveLength(0);
});
