/** Times when the central system is not there. */
import type { Server } from 'node:http';
import { setTimeout as setTimeoutAsync } from 'node:timers/promises';
import type { Hall } from './door.ts';
import { listen } from './listen.ts';
import type { Outage } from './options.ts';

const RETRY_MS = 50;

/** `port` is the one to come back to. */
export function startOutages(hall: Hall, server: Server, port: number): void {
  for (const outage of hall.settings.outages) {
    const begin = () => beginOutage(hall, server, port, outage);
    // A timer must not keep a closed system alive.
    setTimeout(begin, outage.afterMs).unref();
  }
}

function beginOutage(hall: Hall, server: Server, port: number, outage: Outage): void {
  if (hall.isClosing) return;
  hall.isOut = true;
  if (outage.how === 'unreachable') server.close();
  for (const { ws } of hall.open) ws.terminate();
  for (const socket of hall.sockets) socket.destroy();
  setTimeout(() => endOutage(hall, server, port), outage.forMs).unref();
}

async function endOutage(hall: Hall, server: Server, port: number): Promise<void> {
  hall.isOut = false;
  while (!server.listening && !hall.isClosing) {
    // Somebody else may have taken the port in between, for a while.
    await listen(server, { ...hall.settings, port }).catch(() => setTimeoutAsync(RETRY_MS));
  }
}
