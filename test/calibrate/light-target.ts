/**
 * The embedded system's delays and stalls on the bench's light sockets: where the generator is near
 * its capacity, the embedded system would be far beyond its own.
 */
import type net from 'node:net';
import { systemClock } from '../../src/base/clock.ts';
import { delaySampler } from '../../src/csms/delay.ts';
import type { CsmsOptions } from '../../src/csms/options.ts';
import { afterStall } from '../../src/csms/stall.ts';
import { arm, createTimers, nextDeadlineNs, takeDue } from '../../src/engine/charger/timers.ts';
import { nodeAlarm } from '../../src/engine/shard/node-alarm.ts';
import { writeReply } from '../bench/light-reply.ts';
import { frameAt, type LightConnection, listenLight } from '../bench/light-server.ts';
import { addCall, type CallLog } from './call-log.ts';

interface Connection extends LightConnection {
  readonly number: number;
  readonly port: number;
  /** Of its one outstanding CALL: the answer, and its row in the log (-1: not a Heartbeat). */
  reply: Buffer;
  row: number;
}

const MAX_CONNECTIONS = 100_000;
const REPLY_BYTES = 1024;

/** Every Heartbeat is written into `log`. Gives the port. */
export function startLight(options: CsmsOptions, log: CallLog): Promise<number> {
  const clock = systemClock();
  const startNs = clock.nowNs();
  const alarm = nodeAlarm(clock);
  const timers = createTimers(MAX_CONNECTIONS);
  const delayMs = delaySampler(options.delay ?? '0s', options.seed ?? 0) as () => number;
  const connections: Connection[] = [];
  const scratch = Buffer.alloc(REPLY_BYTES);
  const replyClock = { now: Buffer.alloc(0), intervalS: options.intervalS ?? 60, transactionId: 0 };
  let alarmNs = Number.POSITIVE_INFINITY;
  const readClock = () => {
    replyClock.now = Buffer.from(new Date().toISOString());
  };
  readClock();
  setInterval(readClock, 10);

  const answerDue = () => {
    for (let t = takeDue(timers, clock.nowNs()); t >= 0; t = takeDue(timers, clock.nowNs())) {
      const { row, reply, socket } = connections[t];
      if (row >= 0) log.answerNs[row] = clock.nowNs();
      socket.write(reply);
    }
    const nextNs = nextDeadlineNs(timers);
    if (nextNs >= alarmNs) return;
    alarmNs = nextNs;
    alarm.set(nextNs, () => {
      alarmNs = Number.POSITIVE_INFINITY;
      answerDue();
    });
  };
  const take = (connection: Connection, bytes: Buffer, at: number, length: number) => {
    const nowNs = clock.nowNs();
    const written = writeReply(bytes, at, length, scratch, 0, replyClock);
    const id = heartbeatId(bytes, at, length);
    connection.reply = Buffer.from(scratch.subarray(0, written));
    connection.row = id === null ? -1 : addCall(log, connection.port, id, nowNs);
    const atMs = (nowNs - startNs) / 1e6 + delayMs();
    const leavesAtMs = options.stall ? afterStall(options.stall, atMs) : atMs;
    arm(timers, connection.number, startNs + leavesAtMs * 1e6);
  };
  return listenLight<Connection>(0, {
    accepted(socket: net.Socket) {
      const own = { number: connections.length, port: socket.remotePort ?? 0 };
      const nothing = { open: false, rest: null, reply: scratch, row: -1 };
      return connections[connections.push({ socket, ...own, ...nothing }) - 1];
    },
    closed: () => {},
    frames(connection, bytes, start, end) {
      let at = start;
      for (let frame = frameAt(bytes, at, end); frame; frame = frameAt(bytes, at, end)) {
        if (frame.opcode === 1) take(connection, bytes, frame.at, frame.length);
        else if (frame.opcode === 8) connection.socket.end(Buffer.from([0x88, 0]));
        at = frame.at + frame.length;
      }
      answerDue();
      return at;
    },
  });
}

/** `[2,"117","Heartbeat",{}]`, masked -> 117; null: another CALL. */
function heartbeatId(bytes: Buffer, at: number, length: number): number | null {
  const plain = (i: number) => bytes[at + i] ^ bytes[at - 4 + (i & 3)];
  let i = 0;
  while (i < length && plain(i) !== 0x22) i++;
  let id = 0;
  for (i++; i < length && plain(i) !== 0x22; i++) id = id * 10 + plain(i) - 0x30;
  for (i++; i < length && plain(i) !== 0x22; i++);
  return plain(i + 1) === 0x48 ? id : null;
}
