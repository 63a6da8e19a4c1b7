/**
 * The sockets of the light central system: one receive buffer and one set of listeners for all of
 * them, and what is answered to one read leaves in one write. A connection is a row `c`.
 */
import { createServer, type Server, Socket, type SocketConstructorOpts } from 'node:net';
import { Opcode } from '../../engine/frame/mask.ts';
import {
  createFrameReader,
  type FrameReader,
  readFrames,
  resetReader,
} from '../../engine/frame/reader.ts';
import { type Refusal, refuse } from '../handshake.ts';
import { closeFrame, serverFrame } from './reply.ts';
import { readUpgrade } from './upgrade.ts';

/** What happens at the door. Ranges of bytes are valid during the call only. */
export interface House {
  opened(c: number, identity: string): void;
  /** A whole text message; what it is answered is put into `door.out`. */
  message(c: number, bytes: Buffer, start: number, end: number): void;
  /** Of one that was opened, once. */
  closed(c: number): void;
  refused(): void;
}

const Stage = { free: 0, upgrading: 1, refused: 2, open: 3, closing: 4 } as const;

/** A socket knows its row. */
interface RowSocket extends Socket {
  c: number;
}

export interface Door {
  readonly server: Server;
  readonly house: House;
  readonly sockets: (RowSocket | null)[];
  readonly stages: Uint8Array;
  readonly freeRows: number[];
  readonly reader: FrameReader;
  /** The beginning of an upgrade request, while its rest has not arrived. */
  readonly requests: Map<number, Buffer>;
  readonly received: Buffer;
  /** What the read under way is answered: bytes up to `outBytes`. */
  out: Buffer;
  outBytes: number;
}

/** Of a process. */
export const MAX_CONNECTIONS = 1 << 17;
const MAX_MESSAGE_BYTES = 1 << 20;
const RECEIVE_BYTES = 1 << 16;
const OUT_BYTES = 1 << 16;
/** For a peer that does not answer a close frame. */
const CLOSE_GRACE_MS = 1_000;

/** Its `server` does not listen yet. */
export function createDoor(house: House): Door {
  const door: Door = {
    server: createServer({ noDelay: true }),
    house,
    sockets: [],
    stages: new Uint8Array(MAX_CONNECTIONS),
    freeRows: [],
    requests: new Map(),
    received: Buffer.allocUnsafeSlow(RECEIVE_BYTES),
    out: Buffer.allocUnsafeSlow(OUT_BYTES),
    outBytes: 0,
    reader: createFrameReader(
      MAX_CONNECTIONS,
      MAX_MESSAGE_BYTES,
      {
        message: (c, bytes, start, end) => house.message(c, bytes, start, end),
        ping: (c, bytes, start, end) =>
          putFrame(door, c, serverFrame(Opcode.pong, bytes.subarray(start, end))),
        pong: () => {},
        close: (c, code) => answerClose(door, c, code),
        violation: (c, kind) => closeRow(door, c, kind === 'messageTooLarge' ? 1009 : 1002),
      },
      'client',
    ),
  };
  return door;
}

/**
 * From now on sockets read into the shared buffer: call it once the server listens. `net.Server`
 * has no option for that, so the handle is taken before the server makes a socket of it. Where Node
 * does not let us, sockets read into memory of their own: the same, at a quarter more CPU.
 */
export function takeConnections(door: Door, shared = true): void {
  const listeners = {
    error(this: RowSocket): void {
      this.destroy();
    },
    drain(this: RowSocket): void {
      this.resume();
    },
    close(this: RowSocket): void {
      leave(door, this);
    },
    data(this: RowSocket, bytes: Buffer): void {
      if (!take(door, this, bytes, bytes.length)) this.pause();
    },
  };
  const admit = (socket: RowSocket) => {
    if (!enter(door, socket)) return;
    socket.on('error', listeners.error);
    socket.on('drain', listeners.drain);
    socket.on('close', listeners.close);
    socket.resume();
  };
  const { _handle: handle } = door.server as unknown as {
    _handle?: { onconnection?: (error: number, client: unknown) => void };
  };
  if (!shared || typeof handle?.onconnection !== 'function') {
    door.server.on('connection', (socket) => {
      socket.on('data', listeners.data);
      admit(socket as RowSocket);
    });
    return;
  }
  const onread = {
    buffer: door.received,
    callback(this: RowSocket, bytes: number) {
      return take(door, this, door.received, bytes);
    },
  };
  handle.onconnection = (error, client) => {
    if (error) {
      door.house.refused(); // no descriptor for it, as a rule
      return;
    }
    const socket = new Socket({ handle: client, onread } as SocketConstructorOpts) as RowSocket;
    socket.setNoDelay(true);
    admit(socket);
  };
}

/** False: too many. */
function enter(door: Door, socket: RowSocket): boolean {
  const c = door.freeRows.pop() ?? door.sockets.length;
  if (c === MAX_CONNECTIONS) {
    socket.destroy();
    door.house.refused();
    return false;
  }
  socket.c = c;
  door.sockets[c] = socket;
  door.stages[c] = Stage.upgrading;
  resetReader(door.reader, c);
  return true;
}

function leave(door: Door, { c }: RowSocket): void {
  const wasOpened = door.stages[c] >= Stage.open;
  door.sockets[c] = null;
  door.stages[c] = Stage.free;
  door.reader.ended[c] = 1;
  door.reader.partials[c] = null;
  door.requests.delete(c);
  door.freeRows.push(c);
  if (wasOpened) door.house.closed(c);
}

/** The next `length` bytes of a connection. False: not to be read from for now. */
function take(door: Door, socket: RowSocket, bytes: Buffer, length: number): boolean {
  const { c } = socket;
  if (door.stages[c] === Stage.open) {
    readFrames(door.reader, c, bytes, 0, length);
    flush(door, c);
  } else if (door.stages[c] === Stage.upgrading) {
    upgrade(door, socket, bytes.subarray(0, length));
  }
  // Whoever does not take its answers is not asked for more.
  return !socket.writableNeedDrain;
}

function upgrade(door: Door, socket: RowSocket, part: Buffer): void {
  const { c } = socket;
  const before = door.requests.get(c);
  const bytes = before === undefined ? part : Buffer.concat([before, part]);
  const found = readUpgrade(bytes);
  if (found.kind === 'incomplete') {
    door.requests.set(c, Buffer.from(bytes));
    return;
  }
  door.requests.delete(c);
  if (found.kind === 'refused') {
    turnAway(door, socket, found.refusal);
    return;
  }
  door.stages[c] = Stage.open;
  socket.write(found.answer, 'latin1');
  door.house.opened(c, found.identity);
  if (found.headBytes === bytes.length) return;
  readFrames(door.reader, c, bytes, found.headBytes, bytes.length);
  flush(door, c);
}

function turnAway(door: Door, socket: RowSocket, refusal: Refusal): void {
  door.stages[socket.c] = Stage.refused;
  door.house.refused();
  refuse(socket, refusal);
}

/** Makes sure that `out` has room for `bytes` more, which are fewer than it is long. */
export function makeRoom(door: Door, c: number, bytes: number): void {
  if (door.outBytes + bytes > door.out.length) flush(door, c);
}

/** Puts a frame behind what `out` holds for connection `c`. */
export function putFrame(door: Door, c: number, frame: Buffer): void {
  makeRoom(door, c, frame.length);
  if (frame.length > door.out.length) {
    door.sockets[c]?.write(frame);
    return;
  }
  door.outBytes += frame.copy(door.out, door.outBytes);
}

function flush(door: Door, c: number): void {
  const { outBytes } = door;
  if (outBytes === 0) return;
  door.outBytes = 0;
  const socket = door.sockets[c] as RowSocket;
  const bytes = door.out.subarray(0, outBytes);
  if (socket.writableLength > 0) {
    socket.write(Buffer.from(bytes));
    return;
  }
  socket.write(bytes);
  // What the kernel did not take at once still needs its memory.
  if (socket.writableLength > 0) door.out = Buffer.allocUnsafeSlow(OUT_BYTES);
}

/** Writes a frame outside of a read. False: the connection is not open any more. */
export function sendLater(door: Door, socket: Socket, frame: Buffer): boolean {
  const { c } = socket as RowSocket;
  if (door.sockets[c] !== socket || door.stages[c] !== Stage.open) return false;
  socket.write(frame);
  return true;
}

function answerClose(door: Door, c: number, code: number): void {
  // The same code (RFC 6455, 5.5.1); 1005 stands for none and is never sent.
  putFrame(door, c, code === 1005 ? serverFrame(Opcode.close, NOTHING) : closeFrame(code));
  flush(door, c);
  door.stages[c] = Stage.closing;
  door.sockets[c]?.destroySoon();
}
const NOTHING = new Uint8Array(0);

/** Closes a connection for a reason of ours; the peer has a second to answer. */
export function closeRow(door: Door, c: number, code: number, reason = ''): void {
  const socket = door.sockets[c];
  if (!socket || door.stages[c] !== Stage.open) return;
  putFrame(door, c, closeFrame(code, reason));
  flush(door, c);
  door.stages[c] = Stage.closing;
  door.reader.ended[c] = 1;
  socket.end();
  setTimeout(() => socket.destroy(), CLOSE_GRACE_MS).unref();
}

/** Stops listening and closes every connection (1001); resolves when all are gone. */
export async function closeDoor(door: Door): Promise<void> {
  const stopped = new Promise((resolve) => door.server.close(resolve));
  const gone = door.sockets.flatMap((socket, c) => {
    if (socket === null) return [];
    if (door.stages[c] < Stage.open) socket.destroy();
    else closeRow(door, c, 1001, 'the central system stops');
    return [new Promise((resolve) => socket.once('close', resolve))];
  });
  await Promise.all([stopped, ...gone]);
}
