/**
 * Lives in the network namespace of a test machine: `node machine-inside.ts FOLDER PORT ...`. Who
 * connects to a port there is led through a socket file to whoever listens outside.
 */
import net from 'node:net';
import { join } from 'node:path';
import { joinSockets } from './cable.ts';

const [folder, ...ports] = process.argv.slice(2);
await Promise.all(
  ports.map((port) => {
    const server = net.createServer((inner) => {
      joinSockets(inner, net.connect(join(folder, `${port}.sock`)));
    });
    return new Promise<void>((resolve) => server.listen(Number(port), '127.0.0.1', resolve));
  }),
);
process.stdout.write('ready\n');
// Whoever made the machine holds the other end: it ends with that process.
process.stdin.on('end', () => process.exit(0)).resume();
