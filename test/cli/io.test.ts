import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { processIo, writeAll } from '../../src/cli/io.ts';

function* numbered(count: number, seen: { last: number }) {
  for (let i = 1; i <= count; i++) {
    seen.last = i;
    yield `${String(i).padStart(99)}\n`;
  }
}

test('writes everything, however slow the reader', async () => {
  const chunks: Buffer[] = [];
  const slow = new Writable({
    highWaterMark: 10,
    write(chunk, _encoding, done) {
      chunks.push(chunk);
      setImmediate(done);
    },
  });
  await writeAll(slow, numbered(5000, { last: 0 }));
  const text = Buffer.concat(chunks).toString();
  expect(text.length).toBe(500_000);
  expect(text.endsWith(' 5000\n')).toBe(true);
});

test('does not run ahead of a reader that stalls, and stops when it goes away', async () => {
  const seen = { last: 0 };
  const stalled = new PassThrough({ highWaterMark: 10 });
  const writing = writeAll(stalled, numbered(1_000_000, seen));
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen.last).toBeLessThan(1000);
  stalled.destroy();
  await writing;
  expect(seen.last).toBeLessThan(2000);
});

test('signals are listened to only while someone wants them', () => {
  const before = process.listenerCount('SIGTERM');
  const stop = processIo().onSignal(() => {});
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  stop();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
