import { MessageChannel } from 'node:worker_threads';
import { expect, test } from 'vitest';
import type { ToShard } from '../../src/engine/shard/messages.ts';
import { dropOn } from '../../src/fleet/drop.ts';

const never = new Promise(() => {});

test('adds up what the shards dropped; one that has ended had nothing', async () => {
  const channels = [new MessageChannel(), new MessageChannel(), new MessageChannel()];
  const [first, second, third] = channels;
  try {
    for (const [{ port2 }, open] of [
      [first, 10],
      [second, 4],
    ] as const) {
      port2.on('message', ({ type, ...drop }: ToShard) => {
        const { draw } = drop as { draw: number };
        // The answer to another drop is none to this one.
        port2.postMessage({ type: 'dropped', draw: draw + 1, dropped: 99, open: 99 });
        port2.postMessage({ type: 'dropped', draw, dropped: type === 'drop' ? 2 : 0, open });
      });
    }
    third.port2.close();
    const shards = [
      { port: first.port1, ended: never },
      { port: second.port1, ended: never },
      { port: third.port1, ended: Promise.resolve() },
    ];
    expect(await dropOn(shards, 0.5, 7)).toEqual({ dropped: 4, open: 14 });
    expect(first.port1.listenerCount('message')).toBe(0);
  } finally {
    for (const { port1 } of channels) port1.close();
  }
});
