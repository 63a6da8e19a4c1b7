/** FTP servers on loopback, gone after the test: a real one, and a scripted one. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FtpServer } from '@electerm/ftp-srv';
import { onTestFinished } from 'vitest';

const silent = () => {};
const LOG = {
  ...{ trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent },
  child: () => LOG,
};

export interface RealServer {
  readonly port: number;
  /** The folder that clients see as `/`. */
  readonly root: string;
  /** The most uploads that were under way at a time, from the login to the end of the file. */
  mostUploads(): number;
}

/** Takes `ftpuser` with `secret`. */
export async function realServer(): Promise<RealServer> {
  const root = mkdtempSync(join(tmpdir(), 'ocpp-load-ftp-'));
  const server = new FtpServer({
    url: 'ftp://127.0.0.1:0',
    log: LOG,
    // As a text, or it would count as missing: each data connection gets a free port.
    pasv_min: '0' as unknown as number,
    endOnProcessSignal: false,
  });
  let uploads = 0;
  let most = 0;
  server.on('login', ({ connection, username, password }, resolve, reject) => {
    if (username !== 'ftpuser' || password !== 'secret') return reject(new Error('who are you'));
    most = Math.max(most, ++uploads);
    connection.once('STOR', () => uploads--);
    resolve({ root });
  });
  await server.listen();
  onTestFinished(async () => {
    await server.close();
    rmSync(root, { recursive: true });
  });
  const { port } = server.server.address() as AddressInfo;
  return { port, root, mostUploads: () => most };
}

/** Listens on a free port of `host`; its connections end with the test. */
export async function listen(
  onSocket: (socket: Socket) => void,
  host = '127.0.0.1',
  port = 0,
): Promise<{ readonly port: number; readonly server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', silent);
    onSocket(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server };
}

export interface ScriptedServer {
  readonly port: number;
  /** First words of the commands so far. */
  readonly commands: readonly string[];
  /** Open control connections. */
  readonly open: ReadonlySet<Socket>;
}

const USUAL: Readonly<Record<string, string>> = {
  greeting: '220 ready',
  USER: '331 and the password',
  PASS: '230 welcome',
  PWD: '257 "/"',
  EPSV: '502 no',
};

/**
 * A server of the control connection that says what `replies` have for a command or the
 * `greeting`, else the usual; `''` is silence.
 */
export async function scriptedServer(
  replies: Readonly<Record<string, string>>,
): Promise<ScriptedServer> {
  const commands: string[] = [];
  const open = new Set<Socket>();
  const { port } = await listen((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    const answer = (command: string) => {
      const reply = replies[command] ?? USUAL[command] ?? '200 fine';
      if (reply !== '') socket.write(`${reply}\r\n`);
    };
    answer('greeting');
    socket.on('data', (chunk) => {
      for (const line of chunk.toString().trim().split('\r\n')) {
        const command = line.split(' ')[0];
        commands.push(command);
        answer(command);
      }
    });
  });
  return { port, commands, open };
}
