/** The bus on a connection to NATS. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '../bus/bus.ts';
import { busError } from './failure.ts';
import { guard } from './guard.ts';
import type { Link } from './link.ts';
import { createRun, openRun, removeRun } from './run-space.ts';

const CLOSE_LIMIT_MS = 1_000;

export function natsBus(link: Link): Bus {
  const { nc, presence } = link;
  return {
    publish: (subject, data) => {
      // The client would keep it for later.
      if (!presence.isAway()) nc.publish(subject, data);
    },
    subscribe: (pattern, take) => {
      const subscription = nc.subscribe(pattern, {
        callback: (error, { subject, data }) => {
          if (!error) guard(() => take({ subject, data }));
        },
      });
      return () => subscription.unsubscribe();
    },
    request: async (subject, data, limitMs) => {
      try {
        const ask = () => nc.request(subject, data, { timeout: limitMs });
        return (await presence.whileThere(ask)).data;
      } catch (error) {
        throw busError(error, `"${subject}"`);
      }
    },
    respond: (subject, answer) => {
      const subscription = nc.subscribe(subject, {
        callback: (error, msg) => {
          if (error || presence.isAway()) return;
          guard(() => {
            const given = answer(msg.data);
            if (given !== null) msg.respond(given);
          });
        },
      });
      return () => subscription.unsubscribe();
    },
    createRun: (runId) => createRun(link, runId),
    openRun: (runId) => openRun(link, runId),
    removeRun: (runId) => removeRun(link, runId),
    isAway: presence.isAway,
    onAway: presence.onAway,
    close: async () => {
      if (nc.isClosed() || nc.isDraining()) return;
      presence.leave();
      const drained = nc.drain().catch(() => {});
      await Promise.race([drained, sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
      await nc.close();
    },
  };
}
