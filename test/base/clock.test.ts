import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/base/clock.ts';

test('time never runs backwards, and all clocks share the origin of hrtime', () => {
  const clock = systemClock();
  const beforeNs = Number(process.hrtime.bigint());
  const timesNs = Array.from({ length: 1000 }, () => clock.nowNs());
  const afterNs = Number(process.hrtime.bigint());
  for (let i = 1; i < timesNs.length; i++)
    expect(timesNs[i]).toBeGreaterThanOrEqual(timesNs[i - 1]);
  // The offset was taken between two reads of two clocks: apart by what lies between them.
  expect(timesNs[0]).toBeGreaterThan(beforeNs - 1e9);
  expect(timesNs[999]).toBeLessThan(afterNs + 1e9);
});

test('a worker thread reads the same time', async () => {
  const source = new URL('../../src/base/clock.ts', import.meta.url).href;
  const code = `
    const { parentPort } = require('node:worker_threads');
    import(${JSON.stringify(source)}).then(({ systemClock }) =>
      parentPort.postMessage(systemClock().nowNs()));`;
  const clock = systemClock();
  const beforeNs = clock.nowNs();
  const worker = new Worker(code, { eval: true });
  const theirsNs = await new Promise<number>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
  await worker.terminate();
  expect(theirsNs).toBeGreaterThan(beforeNs - 1e9);
  expect(theirsNs).toBeLessThan(clock.nowNs() + 1e9);
});

test('wall time is that of Date', () => {
  const beforeMs = Date.now();
  const wallMs = systemClock().wallMs();
  expect(wallMs).toBeGreaterThanOrEqual(beforeMs);
  expect(wallMs).toBeLessThanOrEqual(Date.now());
});
