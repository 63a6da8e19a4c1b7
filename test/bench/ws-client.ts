/** The baseline of custom: `ws`, JSON both ways, a promise and a timer a call. Closed loop only. */
import WebSocket from 'ws';
import { type Client, connectInTurn, HANDSHAKES, measureThisProcess } from './measure.ts';
import type { Workload } from './workload.ts';

const CALL_TIMEOUT_MS = 30_000;

interface Pending {
  readonly resolve: (payload: unknown) => void;
  readonly timer: NodeJS.Timeout;
}

interface Charger {
  readonly socket: WebSocket;
  readonly pending: Map<string, Pending>;
  nextId: number;
}

function wsClient({ port, chargers: count }: Workload): Client {
  const chargers: Charger[] = [];
  let calls = 0;

  const connectOne = (i: number) =>
    new Promise<void>((resolve, reject) => {
      const identity = `21032521${String(i + 1).padStart(8, '0')}`;
      const credentials = Buffer.from(`${identity}:12345678`).toString('base64');
      const socket = new WebSocket(`ws://127.0.0.1:${port}/${identity}`, 'ocpp1.6', {
        headers: { Authorization: `Basic ${credentials}` },
        perMessageDeflate: false,
      });
      const charger: Charger = { socket, pending: new Map(), nextId: 100 };
      socket.on('open', resolve);
      socket.on('error', reject);
      socket.on('message', (data) => receive(charger, String(data)));
      chargers.push(charger);
    });

  async function loop(charger: Charger): Promise<never> {
    for (;;) {
      await call(charger, 'Heartbeat', {});
      calls++;
    }
  }

  return {
    connectAll: () => connectInTurn(count, HANDSHAKES, connectOne),
    start: () => {
      for (const charger of chargers) void loop(charger);
    },
    calls: () => calls,
    latenessP99Ms: () => null,
  };
}

function receive({ pending }: Charger, text: string): void {
  const [, id, payload] = JSON.parse(text);
  const call = pending.get(id);
  if (!call) return;
  pending.delete(id);
  clearTimeout(call.timer);
  call.resolve(payload);
}

function call(charger: Charger, action: string, payload: object): Promise<unknown> {
  const id = String(charger.nextId++);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('timed out')), CALL_TIMEOUT_MS);
    charger.pending.set(id, { resolve, timer });
    charger.socket.send(JSON.stringify([2, id, action, payload]));
  });
}

await measureThisProcess(wsClient);
