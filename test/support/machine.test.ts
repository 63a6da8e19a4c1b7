import { execFile } from 'node:child_process';
import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { afterFile } from '../e2e/cleanup.ts';
import { hasNamespaces, testMachine } from './machine.ts';

async function echoServer(): Promise<number> {
  const server = net.createServer((socket) => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterFile(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** Says `a`, waits for it, says `b` after 300 ms and prints what came within 600 ms. */
const TALK = `
const socket = require('node:net').connect(+process.argv[1], '127.0.0.1');
let heard = '';
socket.on('data', (data) => { heard += data; });
socket.on('error', (error) => { heard = error.code; });
socket.write('a');
setTimeout(() => socket.write('b'), 300);
setTimeout(() => { console.log(heard); process.exit(); }, 900);
`;

test.runIf(hasNamespaces())(
  'a machine reaches the ports that it was given, and no other',
  async () => {
    const [port, other] = [await echoServer(), await echoServer()];
    const machine = await testMachine([port]);
    const talk = async (to: number) => {
      const [program, ...args] = [...machine.prefix, process.execPath, '-e', TALK, String(to)];
      return new Promise<string>((resolve, reject) =>
        execFile(program, args, (error, stdout) =>
          error ? reject(error) : resolve(stdout.trim()),
        ),
      );
    };
    expect(await talk(port)).toBe('ab');
    expect(await talk(other)).toBe('ECONNREFUSED');
    machine.pull(port);
    expect(await talk(port)).toBe('');
    machine.plug(port);
    expect(await talk(port)).toBe('ab');
  },
);
