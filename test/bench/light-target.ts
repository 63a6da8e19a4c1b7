/**
 * The cheapest correct central system: `node:net`, no library, answers found by scanning bytes. The
 * baselines and ours are measured against it, so that the target is never what limits them.
 * Run as `node light-target.ts [PORT] [INTERVAL_S] [commands]`; with `commands` it sends each
 * charger a command after its first CALLs, and the next whenever one is answered. It prints its
 * port, answers IPC messages with its counters, ends with its parent.
 */
import { createHash } from 'node:crypto';
import net from 'node:net';
import { type TargetCounters, writeCommand, writeReply } from './light-reply.ts';

interface Connection {
  readonly socket: net.Socket;
  open: boolean;
  /** The start of a frame (or of the upgrade) whose rest has not arrived. */
  rest: Buffer | null;
  /** CALLs answered, and commands sent. */
  calls: number;
  commands: number;
}

const [port = 0, intervalS = 60] = process.argv.slice(2).map(Number);
const sendsCommands = process.argv[4] === 'commands';
/** A boot and its status: then the charger may be commanded. */
const FIRST_CALLS = 2;
const READ_BYTES = 1 << 18;
const readBuffer = Buffer.allocUnsafe(READ_BYTES);
/** Replies of one read; replaced when the kernel did not take a write at once. */
let replies = Buffer.allocUnsafe(READ_BYTES);

const counters: TargetCounters = { accepted: 0, open: 0, calls: 0, cpuUs: 0 };
const clock = { now: Buffer.alloc(0), intervalS, transactionId: 700 };
const readClock = () => {
  clock.now = Buffer.from(new Date().toISOString());
};
readClock();
setInterval(readClock, 10);

/** `net.Server` offers no `onread` for its sockets: the handle is wrapped here instead. */
function accept(error: number, handle: unknown): void {
  if (error) return;
  const options = {
    handle,
    onread: {
      buffer: readBuffer,
      callback: (readBytes: number) => {
        read(connection, readBytes);
        return true;
      },
    },
  };
  const socket = new net.Socket(options as net.SocketConstructorOpts);
  const connection: Connection = { socket, open: false, rest: null, calls: 0, commands: 0 };
  counters.accepted++;
  counters.open++;
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => counters.open--);
  socket.on('end', () => socket.destroy());
  socket.resume();
}

function read(connection: Connection, readBytes: number): void {
  let bytes = readBuffer;
  let end = readBytes;
  if (connection.rest) {
    bytes = Buffer.concat([connection.rest, readBuffer.subarray(0, readBytes)]);
    end = bytes.length;
    connection.rest = null;
  }
  let at = 0;
  if (!connection.open) {
    at = upgrade(connection, bytes.subarray(0, end));
    connection.open = at > 0;
  }
  if (connection.open) at = answer(connection, bytes, at, end);
  if (at < end) connection.rest = Buffer.from(bytes.subarray(at, end));
}

/** Bytes used, or 0 while the request is not complete. */
function upgrade({ socket }: Connection, bytes: Buffer): number {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const key = /\r\nsec-websocket-key: *([^\r]+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
  const accepted = createHash('sha1')
    .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accepted}\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n`,
    'latin1',
  );
  return end + 4;
}

/** Answers the whole frames in `bytes[at .. end)` with one write; returns where the rest begins. */
function answer(connection: Connection, bytes: Buffer, at: number, end: number): number {
  const { socket } = connection;
  let out = 0;
  while (end - at >= 6) {
    let length = bytes[at + 1] & 127;
    let head = 6;
    if (length === 126) {
      if (end - at < 8) break;
      length = (bytes[at + 2] << 8) | bytes[at + 3];
      head = 8;
    } else if (length === 127) {
      socket.destroy();
      return end;
    }
    if (end - at < head + length) break;
    const opcode = bytes[at] & 15;
    if (opcode === 1) {
      const written = writeReply(bytes, at + head, length, replies, out, clock);
      if (written > 0) counters.calls++;
      out += written;
      if (sendsCommands) out += nextCommand(connection, written > 0, out);
    } else if (opcode === 8) {
      socket.end(Buffer.from([0x88, 0]));
      return end;
    } else if (opcode === 9) {
      // Pongs without the ping's payload: enough to see that a client survives them.
      socket.write(Buffer.from([0x8a, 0]));
    }
    at += head + length;
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

const server = net.createServer();
server.listen({ port, host: '127.0.0.1', backlog: 4096 }, () => {
  const listener = server as unknown as { _handle: { onconnection: typeof accept } };
  listener._handle.onconnection = accept;
  const address = server.address() as net.AddressInfo;
  if (process.send) process.send(address.port);
  else process.stdout.write(`listening on ${address.port}\n`);
});
process.on('message', () => process.send?.(report()));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
