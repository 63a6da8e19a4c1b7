/** Brings what is spooled into the log of a run, whatever the bus does. A thin shell of `spool.ts`. */
import type { Bus, RunSpace } from '../bus/bus.ts';
import type { Up } from '../share/up.ts';
import { pause } from './keeper.ts';
import type { Timers } from './ports.ts';
import type { Spool } from './spool.ts';

export interface DeliveryOptions {
  readonly bus: Bus;
  readonly space: RunSpace;
  readonly agent: string;
  readonly spool: Spool;
  readonly timers: Timers;
}

export interface Delivery {
  tell(up: Up): void;
  /** Resolves when all is delivered: true, or after `limitMs`: false. */
  drained(limitMs: number): Promise<boolean>;
  /** Nothing is delivered any more. */
  close(): void;
}

const AGAIN_MS = 500;

export function deliver({ bus, space, agent, spool, timers }: DeliveryOptions): Delivery {
  let closed = false;
  let cancel = () => {};
  let whenEmpty = () => {};
  const pump = () => {
    cancel();
    if (closed) return;
    const message = spool.take();
    if (message === null) {
      if (spool.isEmpty()) whenEmpty();
      return;
    }
    space.append(agent, message.id, message.bytes).then(
      () => {
        spool.confirmed();
        pump();
      },
      () => {
        spool.failed();
        if (!closed) cancel = timers.after(AGAIN_MS, pump);
      },
    );
  };
  const stop = bus.onAway((away) => {
    if (!away) pump();
  });
  return {
    tell(up) {
      spool.add(up);
      pump();
    },
    async drained(limitMs) {
      if (spool.isEmpty()) return true;
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      await Promise.race([empty, pause(timers, limitMs)]);
      return spool.isEmpty();
    },
    close() {
      closed = true;
      cancel();
      stop();
    },
  };
}
