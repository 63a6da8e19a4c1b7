/** A WebSocket server's socket work at the least cost: accept, upgrade, keep unfinished frames. */
import { createHash } from 'node:crypto';
import net from 'node:net';

export interface LightConnection {
  readonly socket: net.Socket;
  open: boolean;
  /** The start of a frame (or of the upgrade) whose rest has not arrived. */
  rest: Buffer | null;
}

export interface LightHandlers<C extends LightConnection> {
  accepted(socket: net.Socket): C;
  closed(connection: C): void;
  /** Takes the whole frames in `bytes[at .. end)`; returns where the rest begins. */
  frames(connection: C, bytes: Buffer, at: number, end: number): number;
}

export const READ_BYTES = 1 << 18;

/** Listens on 127.0.0.1, where others may listen on the same port; gives the port. */
export function listenLight<C extends LightConnection>(
  port: number,
  handlers: LightHandlers<C>,
): Promise<number> {
  const readBuffer = Buffer.allocUnsafe(READ_BYTES);
  const server = net.createServer();
  return new Promise((resolve) => {
    server.listen({ port, host: '127.0.0.1', backlog: 4096, reusePort: true }, () => {
      const listener = server as unknown as { _handle: { onconnection: unknown } };
      listener._handle.onconnection = (error: number, handle: unknown) => {
        if (!error) accept(handle, readBuffer, handlers);
      };
      resolve((server.address() as net.AddressInfo).port);
    });
  });
}

/** `net.Server` offers no `onread` for its sockets: the handle is wrapped here instead. */
function accept<C extends LightConnection>(
  handle: unknown,
  readBuffer: Buffer,
  handlers: LightHandlers<C>,
): void {
  const options = {
    handle,
    onread: {
      buffer: readBuffer,
      callback: (readBytes: number) => {
        read(connection, readBuffer, readBytes, handlers);
        return true;
      },
    },
  };
  const socket = new net.Socket(options as net.SocketConstructorOpts);
  const connection = handlers.accepted(socket);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => handlers.closed(connection));
  socket.on('end', () => socket.destroy());
  socket.resume();
}

function read<C extends LightConnection>(
  connection: C,
  readBuffer: Buffer,
  readBytes: number,
  handlers: LightHandlers<C>,
): void {
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
  if (connection.open) at = handlers.frames(connection, bytes, at, end);
  if (at < end) connection.rest = Buffer.from(bytes.subarray(at, end));
}

/** Bytes used, or 0 while the request is not complete. */
function upgrade({ socket }: LightConnection, bytes: Buffer): number {
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

/** A frame that has arrived whole. */
export interface LightFrame {
  readonly opcode: number;
  /** Where its payload begins, behind the four bytes of the mask key. */
  readonly at: number;
  readonly length: number;
}

/** The masked frame at `at`; null while it is not complete. Throws for one above 64 KiB. */
export function frameAt(bytes: Buffer, at: number, end: number): LightFrame | null {
  if (end - at < 6) return null;
  let length = bytes[at + 1] & 127;
  let head = 6;
  if (length === 126) {
    if (end - at < 8) return null;
    length = (bytes[at + 2] << 8) | bytes[at + 3];
    head = 8;
  } else if (length === 127) {
    throw new Error('a frame of more than 64 KiB');
  }
  if (end - at < head + length) return null;
  return { opcode: bytes[at] & 15, at: at + head, length };
}
