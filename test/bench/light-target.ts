/**
 * The cheapest correct central system: `node:net`, no library, answers found by scanning bytes. The
 * baselines and ours are measured against it, so that the target is never what limits them.
 * Run as `node light-target.ts [PORT] [INTERVAL_S] [commands]`; with `commands` it sends each
 * charger a command after its first CALLs, and the next whenever one is answered. It prints its
 * port, answers IPC messages with its counters, ends with its parent.
 */
import type net from 'node:net';
import { type TargetCounters, writeCommand, writeReply } from './light-reply.ts';
import { frameAt, type LightConnection, listenLight, READ_BYTES } from './light-server.ts';

interface Connection extends LightConnection {
  /** CALLs answered, and commands sent. */
  calls: number;
  commands: number;
}

const [port = 0, intervalS = 60] = process.argv.slice(2).map(Number);
const sendsCommands = process.argv[4] === 'commands';
/** A boot and its status: then the charger may be commanded. */
const FIRST_CALLS = 2;
/** Replies of one read; replaced when the kernel did not take a write at once. */
let replies = Buffer.allocUnsafe(READ_BYTES);

const counters: TargetCounters = { accepted: 0, open: 0, calls: 0, cpuUs: 0 };
const clock = { now: Buffer.alloc(0), intervalS, transactionId: 700 };
const readClock = () => {
  clock.now = Buffer.from(new Date().toISOString());
};
readClock();
setInterval(readClock, 10);

function accepted(socket: net.Socket): Connection {
  counters.accepted++;
  counters.open++;
  return { socket, open: false, rest: null, calls: 0, commands: 0 };
}

/** Answers the whole frames in `bytes[at .. end)` with one write; returns where the rest begins. */
function answer(connection: Connection, bytes: Buffer, start: number, end: number): number {
  const { socket } = connection;
  let at = start;
  let out = 0;
  for (;;) {
    const frame = frameAt(bytes, at, end);
    if (frame === null) break;
    if (frame.opcode === 1) {
      const written = writeReply(bytes, frame.at, frame.length, replies, out, clock);
      if (written > 0) counters.calls++;
      out += written;
      if (sendsCommands) out += nextCommand(connection, written > 0, out);
    } else if (frame.opcode === 8) {
      socket.end(Buffer.from([0x88, 0]));
      return end;
    } else if (frame.opcode === 9) {
      // Pongs without the ping's payload: enough to see that a client survives them.
      socket.write(Buffer.from([0x8a, 0]));
    }
    at = frame.at + frame.length;
    if (out > READ_BYTES - 1024) out = flush(socket, out);
  }
  flush(socket, out);
  return at;
}

/** Writes the command that is due now, if any; returns its bytes. */
function nextCommand(connection: Connection, isCall: boolean, out: number): number {
  if (isCall && ++connection.calls !== FIRST_CALLS) return 0;
  return writeCommand(connection.commands++, replies, out);
}

function flush(socket: net.Socket, bytes: number): 0 {
  if (bytes === 0) return 0;
  socket.write(replies.subarray(0, bytes));
  if (socket.writableLength > 0) replies = Buffer.allocUnsafe(READ_BYTES);
  return 0;
}

function report(): TargetCounters {
  const { user, system } = process.cpuUsage();
  return { ...counters, cpuUs: user + system };
}

const listening = await listenLight(port, {
  accepted,
  closed: () => counters.open--,
  frames: answer,
});
if (process.send) process.send(listening);
else process.stdout.write(`listening on ${listening}\n`);
process.on('message', () => process.send?.(report()));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
