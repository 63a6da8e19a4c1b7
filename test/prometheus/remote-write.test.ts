import { describe, expect, test } from 'vitest';
import { remoteWriter } from '../../src/prometheus/remote-write.ts';
import type { Failure } from '../../src/prometheus/send.ts';

const passing: Failure = { problem: 'it answered 503', passing: true };
const refused: Failure = { problem: 'it answered 400', passing: false };
const LONG_MS = 60_000;
const request = (n: number) => Buffer.from([n]);

/** A receiver that answers when it is told to. */
function receiver() {
  const got: number[] = [];
  const answers: ((failure: Failure | null) => void)[] = [];
  const writer = remoteWriter(
    (body, signal) =>
      new Promise((resolve) => {
        got.push(body[0]);
        answers.push(resolve);
        const late = { problem: 'it did not answer in time', passing: true };
        if (signal.aborted) resolve(late);
        signal.addEventListener('abort', () => resolve(late));
      }),
  );
  const answer = async (failure: Failure | null) => {
    answers.shift()?.(failure);
    await new Promise(setImmediate);
  };
  return { writer, got, answer, waiting: () => answers.length };
}

describe('a remote writer', () => {
  test('sends in order, one at a time', async () => {
    const { writer, got, answer, waiting } = receiver();
    for (const n of [1, 2, 3]) writer.offer(request(n));
    expect({ got, waiting: waiting() }).toEqual({ got: [1], waiting: 1 });
    await answer(null);
    await answer(null);
    expect(got).toEqual([1, 2, 3]);
    const end = writer.finish(LONG_MS);
    await answer(null);
    await end;
    expect(writer.count()).toEqual({ sent: 3, dropped: 0, problem: null });
  });

  test('tries again what may go better, when there is more', async () => {
    const { writer, got, answer } = receiver();
    writer.offer(request(1));
    await answer(passing);
    expect(got).toEqual([1]);
    writer.offer(request(2));
    await answer(null);
    await answer(null);
    expect(got).toEqual([1, 1, 2]);
    expect(writer.count()).toEqual({ sent: 2, dropped: 0, problem: passing.problem });
  });

  test('drops what is refused', async () => {
    const { writer, got, answer } = receiver();
    writer.offer(request(1));
    writer.offer(request(2));
    await answer(refused);
    await answer(null);
    expect(got).toEqual([1, 2]);
    expect(writer.count()).toEqual({ sent: 1, dropped: 1, problem: refused.problem });
  });

  test('keeps twelve for one that does not answer, and counts the rest', async () => {
    const { writer, got } = receiver();
    for (let n = 1; n <= 100; n++) writer.offer(request(n));
    expect(got).toEqual([1]);
    expect(writer.count()).toMatchObject({ sent: 0, dropped: 87 });
    await writer.finish(1);
    expect(writer.count()).toMatchObject({ sent: 0, dropped: 100 });
  });

  test('what failed gets its last attempt at the end', async () => {
    const { writer, answer } = receiver();
    writer.offer(request(1));
    const end = writer.finish(LONG_MS);
    await answer(passing);
    await answer(null);
    await end;
    expect(writer.count()).toMatchObject({ sent: 1, dropped: 0 });
  });

  test('without anything to send ends at once', async () => {
    const { writer } = receiver();
    await writer.finish(LONG_MS);
    expect(writer.count()).toEqual({ sent: 0, dropped: 0, problem: null });
  });
});
