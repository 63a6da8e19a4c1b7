/** Drops connections on all shards, and adds up what came of it. */
import type { MessagePort } from 'node:worker_threads';
import type { Dropped } from '../engine/shard/loop.ts';
import type { FromShard, ToShard } from '../engine/shard/messages.ts';

export interface DropTarget {
  readonly port: MessagePort;
  /** Settles when the shard has ended: it then has no connections. */
  readonly ended: Promise<unknown>;
}

/** @param share 0 to 1 of the open connections; `draw` numbers the drops of a run. */
export async function dropOn(
  shards: readonly DropTarget[],
  share: number,
  draw: number,
): Promise<Dropped> {
  const all = await Promise.all(shards.map((shard) => dropOne(shard, share, draw)));
  return {
    dropped: all.reduce((sum, { dropped }) => sum + dropped, 0),
    open: all.reduce((sum, { open }) => sum + open, 0),
  };
}

async function dropOne({ port, ended }: DropTarget, share: number, draw: number): Promise<Dropped> {
  let listener: ((message: FromShard) => void) | null = null;
  const answer = new Promise<Dropped>((resolve) => {
    listener = (message) => {
      if (message.type === 'dropped' && message.draw === draw) resolve(message);
    };
    port.on('message', listener);
  });
  port.postMessage({ type: 'drop', share, draw } satisfies ToShard);
  const none: Dropped = { dropped: 0, open: 0 };
  try {
    return await Promise.race([answer, ended.then(() => none)]);
  } finally {
    if (listener !== null) port.off('message', listener);
  }
}
