/** A line between two sockets, and one that can be pulled out. */
import net, { type Socket } from 'node:net';

/** What one says the other hears; they end together. */
export function joinSockets(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ]) {
    from.on('error', () => {});
    from.on('close', () => to.destroy());
    from.pipe(to);
  }
}

export interface Cable {
  /** Nothing gets through and nobody is told; what is said meanwhile is not lost, only late. */
  pull(): void;
  plug(): void;
  close(): void;
}

/** From a socket file to a port of 127.0.0.1. */
export async function cable(file: string, port: number): Promise<Cable> {
  const pairs = new Set<readonly Socket[]>();
  let pulled = false;
  const join = (pair: readonly [Socket, Socket]) => joinSockets(...pair);
  const server = net.createServer((inner) => {
    const pair = [inner, net.connect(port, '127.0.0.1')] as const;
    pairs.add(pair);
    inner.on('close', () => pairs.delete(pair));
    join(pair);
    if (pulled) part(pair);
  });
  const part = (pair: readonly Socket[]) => {
    for (const socket of pair) {
      socket.unpipe();
      socket.pause();
    }
  };
  await new Promise<void>((resolve) => server.listen(file, resolve));
  return {
    pull() {
      pulled = true;
      pairs.forEach(part);
    },
    plug() {
      pulled = false;
      for (const [a, b] of pairs) {
        a.pipe(b);
        b.pipe(a);
      }
    },
    close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy();
      server.close();
    },
  };
}
