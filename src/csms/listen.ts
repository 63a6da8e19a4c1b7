/** The port that the central system listens on, and what can be wrong with it. */
import type { AddressInfo, Server } from 'node:net';
import { UserError } from '../base/errors.ts';
import type { Settings } from './options.ts';

/** Thousands may connect at once; the kernel takes less where `net.core.somaxconn` says so. */
const BACKLOG = 65_535;

type Where = Pick<Settings, 'host' | 'port'> & {
  /** The kernel spreads the connections to the port over all who listen like this. */
  readonly reusePort?: boolean;
};

/** The port that was taken; rejects with `UserError` when that of the settings cannot be. */
export function listen(server: Server, where: Where): Promise<number> {
  const { host, port, reusePort = false } = where;
  return new Promise((resolve, reject) => {
    // Once it listens, an error is one connection that could not be accepted: the charger sees it.
    server.on('error', (error: NodeJS.ErrnoException) => reject(listenError(error, where)));
    server.listen({ host, port, reusePort, backlog: BACKLOG }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

function listenError(error: NodeJS.ErrnoException, { host, port }: Where): Error {
  const address = `${host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return new UserError(
        `port ${port} of ${host} is in use`,
        'take another, or 0 for any free one',
      );
    case 'EACCES':
      return new UserError(`${address} may not be listened on`, 'ports below 1024 need privileges');
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new UserError(
        `host '${host}' is not an address of this machine`,
        '127.0.0.1 for this machine alone, 0.0.0.0 for every address of it',
      );
    default:
      return error;
  }
}

export function reachableHost(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
