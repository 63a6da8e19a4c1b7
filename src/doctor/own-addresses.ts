/** Which addresses are this machine's: the system knows, for whole networks may be routed to it. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';

/** Those that this machine cannot send from. Nothing is sent. */
export async function foreignAddresses(addresses: readonly string[]): Promise<string[]> {
  const foreign: string[] = [];
  for (const address of addresses) if (!(await isOurs(address))) foreign.push(address);
  return foreign;
}

function isOurs(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const settle = (ours: boolean) => socket.close(() => resolve(ours));
    socket.once('error', () => settle(false));
    socket.bind({ address, port: 0, exclusive: true }, () => settle(true));
  });
}
