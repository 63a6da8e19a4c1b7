import { describe, expect, test } from 'vitest';
import { virtualTime } from '../support/virtual-time.ts';
import { busContract, bytes, text } from './contract.ts';
import { matches } from './match.ts';
import { type HubOptions, memoryHub } from './memory.ts';

busContract('in memory', async () => {
  const hub = memoryHub({ delayMs: 3 });
  const [a, b] = [hub.bus(), hub.bus()];
  return { a, b, cutB: () => b.leave(), healB: () => b.comeBack() };
});

/** What a listener hears of 200 messages on two subjects. */
async function listen(options: HubOptions): Promise<string[]> {
  const time = virtualTime();
  const hub = memoryHub({ ...options, schedule: time.schedule });
  const [a, b] = [hub.bus(), hub.bus()];
  const heard: string[] = [];
  b.subscribe('x.*', ({ subject, data }) => heard.push(`${subject} ${text(data)}`));
  for (let i = 0; i < 200; i++) a.publish(`x.${i % 2}`, bytes(String(i)));
  await time.pass(1000);
  return heard;
}

test.each([
  ['a.b', 'a.b', true],
  ['a.b', 'a.c', false],
  ['a.*', 'a.b', true],
  ['a.*', 'a.b.c', false],
  ['a.*', 'a', false],
  ['*.b', 'a.b', true],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['>', 'a', true],
])('%s stands for %s: %s', (pattern, subject, expected) => {
  expect(matches(pattern, subject)).toBe(expected);
});

describe('a hub that loses, repeats and delays', () => {
  test('does the same again with the same seed', async () => {
    const options = { seed: 7, loss: 0.2, duplication: 0.2, delayMs: 50 };
    const heard = await listen(options);
    expect(await listen(options)).toEqual(heard);
    expect(await listen({ ...options, seed: 8 })).not.toEqual(heard);
  });

  test('loses some and repeats some', async () => {
    const lost = await listen({ loss: 0.2 });
    expect(lost.length).toBeGreaterThan(120);
    expect(lost.length).toBeLessThan(190);
    const repeated = await listen({ duplication: 0.2 });
    expect(repeated.length).toBeGreaterThan(210);
    expect(new Set(repeated).size).toBe(200);
  });

  test('keeps the order of a subject, not that of two', async () => {
    const heard = await listen({ delayMs: 50 });
    const numbers = (subject: string) =>
      heard.filter((line) => line.startsWith(subject)).map((line) => Number(line.split(' ')[1]));
    for (const subject of ['x.0', 'x.1']) {
      expect(numbers(subject)).toHaveLength(100);
      expect(numbers(subject)).toEqual(numbers(subject).toSorted((a, b) => a - b));
    }
    const all = numbers('x.');
    expect(all).not.toEqual(all.toSorted((a, b) => a - b));
  });

  test('keeps what it does not confirm', async () => {
    const time = virtualTime();
    const hub = memoryHub({ unconfirmed: 0.5, limitMs: 100, schedule: time.schedule });
    const bus = hub.bus();
    const created = bus.createRun('r');
    await time.pass(0);
    const run = await created;
    const appends = Array.from({ length: 40 }, (_, i) => run.append('a', `${i}`, bytes(`${i}`)));
    const outcomes = Promise.allSettled(appends);
    await time.pass(100);
    const failed = (await outcomes).filter((outcome) => outcome.status === 'rejected');
    expect(failed.length).toBeGreaterThan(5);
    expect(failed.every(({ reason }) => reason.fault === 'timeout')).toBe(true);
    const read: string[] = [];
    run.read(({ data }) => read.push(text(data)));
    await time.pass(0);
    expect(read).toEqual(appends.map((_, i) => `${i}`));
  });
});

test('a cut is noticed late; what was appended meanwhile ends then', async () => {
  const time = virtualTime();
  const hub = memoryHub({ schedule: time.schedule });
  const bus = hub.bus();
  const created = bus.createRun('r');
  await time.pass(0);
  const run = await created;
  const states: string[] = [];
  bus.onAway((away) => states.push(`${time.nowMs()} ${away}`));
  bus.leave(300);
  expect(bus.isAway()).toBe(false);
  const outcome = run.append('a', '1', bytes('x')).catch((error) => error.fault);
  await time.pass(1000);
  bus.comeBack();
  expect(await outcome).toBe('away');
  expect(states).toEqual(['300 true', '1000 false']);
});
