/** Targets for the end-to-end tests, all on 127.0.0.1 and gone after the file's tests. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { textFrame } from '../../src/csms/faults.ts';
import type { CsmsOptions } from '../../src/csms/options.ts';
import { type Csms, startCsms } from '../../src/csms/server.ts';
import { acceptFor } from '../../src/engine/socket/handshake.ts';
import { afterFile } from './cleanup.ts';

/** The embedded central system, in this process. */
export async function csms(options: CsmsOptions = {}): Promise<Csms> {
  const server = await startCsms(options);
  afterFile(() => server.close());
  return server;
}

export interface PlainServer {
  readonly url: string;
  readonly port: number;
  readonly sockets: ReadonlySet<Socket>;
}

/** Bytes in, bytes out: `serve` owns each connection. */
export async function plainServer(
  serve: (socket: Socket) => void,
  tls?: TlsOptions,
): Promise<PlainServer> {
  const sockets = new Set<Socket>();
  const onSocket = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    serve(socket);
  };
  const server = tls ? createTlsServer(tls, onSocket) : createServer(onSocket);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterFile(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `${tls ? 'wss' : 'ws'}://127.0.0.1:${port}`, port, sockets };
}

/** Reads the head of an HTTP request; what follows it is dropped. */
export function onRequest(socket: Socket, answer: (head: string) => void): void {
  let head = '';
  const onData = (chunk: Buffer) => {
    head += chunk.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', onData);
    answer(head);
  };
  socket.on('data', onData);
}

/** The 101 to an upgrade request, with whatever headers are given instead of the right ones. */
export function accept(
  head: string,
  changes: Readonly<Record<string, string | null>> = {},
): string {
  const key = /^Sec-WebSocket-Key: (.*)$/m.exec(head)?.[1].trim() ?? '';
  const headers: Record<string, string | null> = {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': acceptFor(key),
    'Sec-WebSocket-Protocol': 'ocpp1.6',
    ...changes,
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}\r\n`],
  );
  return `HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`;
}

/** A client's text frame, unmasked; null when `bytes` does not begin with a whole one. */
export function readClientFrame(bytes: Buffer): { text: string; rest: Buffer } | null {
  if (bytes.length < 6) return null;
  let length = bytes[1] & 127;
  let at = 2;
  if (length === 126) {
    length = bytes.readUInt16BE(2);
    at = 4;
  }
  if (bytes.length < at + 4 + length) return null;
  const key = bytes.subarray(at, at + 4);
  const payload = Buffer.from(bytes.subarray(at + 4, at + 4 + length));
  for (let i = 0; i < length; i++) payload[i] ^= key[i & 3];
  return { text: payload.toString(), rest: bytes.subarray(at + 4 + length) };
}

/** Upgrades, then gives every CALL to `onMessage`, which answers with `send`. */
export function ocppServer(
  onCall: (call: Call, send: (text: string) => void) => void,
  onHead: (head: string) => void = () => {},
): Promise<PlainServer> {
  return plainServer((socket) => {
    onRequest(socket, (head) => {
      onHead(head);
      socket.write(accept(head));
      serveCalls(socket, onCall);
    });
  });
}

export type Call = [type: number, id: string, action: string, payload: unknown];

function serveCalls(socket: Socket, onCall: Parameters<typeof ocppServer>[0]): void {
  const send = (text: string) => socket.write(textFrame(Buffer.from(text)));
  let bytes: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let frame = readClientFrame(bytes); frame; frame = readClientFrame(bytes)) {
      bytes = frame.rest;
      // A close frame holds no JSON.
      if (frame.text.startsWith('[2,')) onCall(JSON.parse(frame.text), send);
    }
  });
}
