/**
 * The baseline of speed: `node:net` with `onread`, one fixed masked Heartbeat frame, nothing kept,
 * nothing checked. What Node and the kernel cost; a harness can only come close.
 */
import net from 'node:net';
import {
  type Client,
  connectInTurn,
  HANDSHAKES,
  measureThisProcess,
  upgradeRequest,
} from './measure.ts';
import type { Workload } from './workload.ts';

const TICK_MS = 1;

export function heartbeatFrame(): Buffer {
  const payload = Buffer.from('[2,"100001","Heartbeat",{}]');
  const key = [0x5a, 0x17, 0xc3, 0x88];
  return Buffer.from([
    0x81,
    0x80 | payload.length,
    ...key,
    ...payload.map((byte, i) => byte ^ key[i & 3]),
  ]);
}

function bareLoop({ kind, port, chargers }: Workload): Client {
  const frame = heartbeatFrame();
  const buffer = Buffer.allocUnsafe(65536);
  const sockets: net.Socket[] = new Array(chargers);
  const upgraded: ((() => void) | null)[] = new Array(chargers).fill(null);
  let calls = 0;

  function read(i: number, readBytes: number): boolean {
    const ready = upgraded[i];
    if (ready) {
      if (buffer.toString('latin1', 9, 12) !== '101') throw new Error('no upgrade');
      upgraded[i] = null;
      ready();
      return true;
    }
    for (let at = 0; at < readBytes; calls++) {
      // Our target answers a Heartbeat in one short frame, and one write.
      if (at + 2 + buffer[at + 1] > readBytes) throw new Error('part of a frame');
      at += 2 + buffer[at + 1];
      if (kind === 'closed') sockets[i].write(frame);
    }
    return true;
  }

  const connectOne = (i: number) =>
    new Promise<void>((resolve, reject) => {
      upgraded[i] = resolve;
      const onread = { buffer, callback: (readBytes: number) => read(i, readBytes) };
      sockets[i] = net.connect({ port, host: '127.0.0.1', noDelay: true, onread });
      sockets[i].on('error', reject);
      sockets[i].write(upgradeRequest(port, i), 'latin1');
    });

  function pace(): void {
    const startMs = performance.now();
    let sent = 0;
    setInterval(() => {
      const due = Math.floor(((performance.now() - startMs) * chargers) / 1000);
      for (; sent < due; sent++) sockets[sent % chargers].write(frame);
    }, TICK_MS);
  }

  return {
    connectAll: () => connectInTurn(chargers, HANDSHAKES, connectOne),
    start: () => {
      if (kind === 'paced') pace();
      else for (const socket of sockets) socket.write(frame);
    },
    calls: () => calls,
    latenessP99Ms: () => null,
  };
}

await measureThisProcess(bareLoop);
