/**
 * The embedded system's delays and stalls on the sockets of the light one: where the generator is
 * near its capacity, the full one would be far beyond its own.
 */
import type { Socket } from 'node:net';
import { systemClock } from '../../src/base/clock.ts';
import { delaySampler } from '../../src/csms/delay.ts';
import { type FoundCall, scanCall } from '../../src/csms/light/call.ts';
import {
  createDoor,
  MAX_CONNECTIONS,
  sendLater,
  takeConnections,
} from '../../src/csms/light/door.ts';
import { MAX_REPLY_BYTES, prepareReplies, writeReply } from '../../src/csms/light/reply.ts';
import { listen } from '../../src/csms/listen.ts';
import type { CsmsOptions } from '../../src/csms/options.ts';
import { afterStall } from '../../src/csms/stall.ts';
import { arm, createTimers, nextDeadlineNs, takeDue } from '../../src/engine/charger/timers.ts';
import { nodeAlarm } from '../../src/engine/shard/node-alarm.ts';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { addCall, type CallLog } from './call-log.ts';

interface Connection {
  readonly socket: Socket;
  readonly port: number;
  /** Of its one outstanding CALL: the answer, and its row in the log (-1: not a Heartbeat). */
  reply: Buffer;
  row: number;
}

const NOTHING = Buffer.alloc(0);

/** Every Heartbeat is written into `log`. Gives the port. */
export async function startLight(options: CsmsOptions, log: CallLog): Promise<number> {
  const clock = systemClock();
  const startNs = clock.nowNs();
  const alarm = nodeAlarm(clock);
  const timers = createTimers(MAX_CONNECTIONS);
  const delayMs = delaySampler(options.delay ?? '0s', options.seed ?? 0) as () => number;
  const connections: Connection[] = [];
  const replies = prepareReplies(options.intervalS ?? 60);
  const found: FoundCall = { action: 0, idStart: 0, idEnd: 0 };
  let alarmNs = Number.POSITIVE_INFINITY;

  const answerDue = () => {
    for (let t = takeDue(timers, clock.nowNs()); t >= 0; t = takeDue(timers, clock.nowNs())) {
      const { row, reply, socket } = connections[t];
      if (row >= 0) log.answerNs[row] = clock.nowNs();
      sendLater(door, socket, reply);
    }
    const nextNs = nextDeadlineNs(timers);
    if (nextNs >= alarmNs) return;
    alarmNs = nextNs;
    alarm.set(nextNs, () => {
      alarmNs = Number.POSITIVE_INFINITY;
      answerDue();
    });
  };
  const door = createDoor({
    opened(c) {
      const socket = door.sockets[c] as Socket;
      connections[c] = { socket, port: socket.remotePort ?? 0, reply: NOTHING, row: -1 };
    },
    message(c, bytes, start, end) {
      const nowNs = clock.nowNs();
      if (!scanCall(bytes, start, end, found)) return;
      const connection = connections[c];
      const reply = Buffer.allocUnsafe(MAX_REPLY_BYTES);
      const replyBytes = writeReply(replies, found, bytes, reply, 0, Date.now());
      connection.reply = reply.subarray(0, replyBytes);
      const isLogged = found.action === ActionIndexOf.Heartbeat;
      const id = Number(bytes.toString('latin1', found.idStart, found.idEnd));
      connection.row = isLogged ? addCall(log, connection.port, id, nowNs) : -1;
      const atMs = (nowNs - startNs) / 1e6 + delayMs();
      const leavesAtMs = options.stall ? afterStall(options.stall, atMs) : atMs;
      arm(timers, c, startNs + leavesAtMs * 1e6);
      answerDue();
    },
    closed: () => {},
    refused: () => {},
  });
  const port = await listen(door.server, { host: '127.0.0.1', port: 0 });
  takeConnections(door);
  return port;
}
