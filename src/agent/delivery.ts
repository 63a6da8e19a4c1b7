/** Brings what is spooled into the log of a run, whatever the bus does: a shell of `spool.ts`. */
import { type Bus, BusError, type RunSpace } from '../bus/bus.ts';
import type { Up } from '../share/up.ts';
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
  /** Whether all is delivered: when it is, when its run is no more, or after `limitMs`. */
  drained(limitMs: number): Promise<boolean>;
  /** Nothing is delivered any more. */
  close(): void;
}

const AGAIN_MS = 500;

export function deliver({ bus, space, agent, spool, timers }: DeliveryOptions): Delivery {
  let closed = false;
  let cancel = () => {};
  let gone = false;
  let whenDone = () => {};
  const pump = () => {
    cancel();
    if (closed) return;
    const message = spool.take();
    if (message === null) {
      if (spool.isEmpty()) whenDone();
      return;
    }
    space.append(agent, message.id, message.bytes).then(
      () => {
        spool.confirmed();
        pump();
      },
      (error) => {
        spool.failed();
        gone = error instanceof BusError && error.fault === 'missing';
        if (gone) whenDone();
        else if (!closed) cancel = timers.after(AGAIN_MS, pump);
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
    drained: (limitMs) =>
      new Promise((resolve) => {
        const settle = () => {
          giveUp();
          resolve(spool.isEmpty());
        };
        const giveUp = timers.after(limitMs, settle);
        whenDone = settle;
        if (spool.isEmpty() || gone) settle();
      }),
    close() {
      closed = true;
      cancel();
      stop();
    },
  };
}
