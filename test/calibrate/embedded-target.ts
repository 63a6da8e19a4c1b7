/** The embedded central system with a witness at its WebSockets. */
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { systemClock } from '../../src/base/clock.ts';
import type { CsmsOptions } from '../../src/csms/options.ts';
import { startCsms } from '../../src/csms/server.ts';
import { addCall, type CallLog } from './call-log.ts';

/** Every Heartbeat is written into `log`. Gives the port. */
export async function startEmbedded(options: CsmsOptions, log: CallLog): Promise<number> {
  const clock = systemClock();
  const { emit, send } = WebSocket.prototype;
  /** The row of the CALL that a connection has outstanding; OCPP allows one. */
  const rows = new WeakMap<WebSocket, number>();
  WebSocket.prototype.emit = function (this: WebSocket, event: string | symbol, ...args) {
    if (event === 'message') {
      const nowNs = clock.nowNs();
      const id = /^\[2,\s*"(\d+)",\s*"Heartbeat"/.exec(String(args[0]))?.[1];
      if (id !== undefined) rows.set(this, addCall(log, portOf(this), Number(id), nowNs));
    }
    return emit.call(this, event, ...args);
  };
  WebSocket.prototype.send = function (this: WebSocket, ...args: unknown[]) {
    const row = rows.get(this);
    if (row !== undefined && String(args[0]).startsWith(`[3,"${log.ids[row]}"`)) {
      log.answerNs[row] = clock.nowNs();
    }
    Reflect.apply(send, this, args);
  };
  return (await startCsms(options)).port;
}

const portOf = (ws: WebSocket) =>
  (ws as unknown as { readonly _socket: Socket })._socket.remotePort ?? 0;
