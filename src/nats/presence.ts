/** Whether the connection is up. What waits for the other end is told at once when it is not. */
import type { NatsConnection } from '@nats-io/transport-node';
import { BusError } from '../bus/bus.ts';
import { guard } from './guard.ts';

export interface Presence {
  isAway(): boolean;
  onAway(take: (away: boolean) => void): () => void;
  /** @throws BusError `away` when it is, or when it goes before `act` has come to an end. */
  whileThere<T>(act: () => Promise<T>): Promise<T>;
  /** From now on it is away, by our own will: nobody is told. */
  leave(): void;
}

/** How long the client may take to let go of a connection that does not answer. */
const LET_GO_MS = 1_000;

export function watchPresence(nc: NatsConnection): Presence {
  const takers = new Set<(away: boolean) => void>();
  let isAway = false;
  const leave = () => {
    takers.clear();
    isAway = true;
  };
  const tell = (away: boolean) => {
    if (away === isAway || nc.isDraining() || nc.isClosed()) return;
    isAway = away;
    for (const take of [...takers]) guard(() => take(away));
  };
  const onAway = (take: (away: boolean) => void) => {
    takers.add(take);
    return () => void takers.delete(take);
  };
  void followStatus(nc, tell);
  const whileThere: Presence['whileThere'] = (act) => race(act, () => isAway, onAway);
  return { isAway: () => isAway, onAway, whileThere, leave };
}

async function followStatus(nc: NatsConnection, tell: (away: boolean) => void): Promise<void> {
  let letGo: NodeJS.Timeout | undefined;
  for await (const { type } of nc.status()) {
    if (type === 'disconnect') {
      clearTimeout(letGo);
      tell(true);
    } else if (type === 'staleConnection') {
      tell(true);
      letGo = setTimeout(() => destroySocket(nc), LET_GO_MS);
    } else if (type === 'reconnect') {
      tell(false);
    }
  }
  clearTimeout(letGo);
}

/**
 * The client flushes before it leaves a stale connection, and a network that takes nothing any more
 * would have it wait until the kernel gives up, a quarter of an hour later.
 */
function destroySocket(nc: NatsConnection): void {
  const inside = nc as unknown as { protocol?: { transport?: { socket?: { destroy(): void } } } };
  inside.protocol?.transport?.socket?.destroy();
}

function race<T>(
  act: () => Promise<T>,
  isAway: () => boolean,
  onAway: Presence['onAway'],
): Promise<T> {
  const away = () => new BusError('away', 'NATS is away.');
  if (isAway()) return Promise.reject(away());
  return new Promise<T>((resolve, reject) => {
    const stop = onAway(() => reject(away()));
    act().then(resolve, reject).finally(stop);
  });
}
