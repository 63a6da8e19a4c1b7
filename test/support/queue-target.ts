/**
 * A central system that serves one CALL at a time, each for 1/R seconds, in the order in which they
 * come: chargers that together send more than R CALLs/s wait longer and longer.
 */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

export interface QueueTarget {
  readonly url: string;
  close(): Promise<void>;
}

export async function queueTarget(servedPerS: number): Promise<QueueTarget> {
  const server = new WebSocketServer({
    ...{ host: '127.0.0.1', port: 0, perMessageDeflate: false },
    handleProtocols: () => 'ocpp1.6',
  });
  await once(server, 'listening');
  const waiting: { readonly socket: WebSocket; readonly text: string }[] = [];
  const serviceMs = 1000 / servedPerS;
  let freeAtMs = 0;
  // What was served by now is answered now: timers are too coarse for one each, and a stall of
  // this process costs the queue no capacity.
  const serve = setInterval(() => {
    const nowMs = performance.now();
    while (waiting.length > 0 && freeAtMs + serviceMs <= nowMs) {
      freeAtMs += serviceMs;
      const { socket, text } = waiting.shift() as (typeof waiting)[number];
      socket.send(text);
    }
  }, 2);
  server.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data) => {
      if (waiting.length === 0) freeAtMs = Math.max(freeAtMs, performance.now());
      const [, id, action] = JSON.parse(String(data)) as [number, string, string];
      waiting.push({ socket, text: JSON.stringify([3, id, answerTo(action)]) });
    });
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/{id}`,
    async close() {
      clearInterval(serve);
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

function answerTo(action: string): object {
  const currentTime = new Date().toISOString();
  if (action === 'BootNotification') return { currentTime, interval: 60, status: 'Accepted' };
  return action === 'Heartbeat' ? { currentTime } : {};
}
