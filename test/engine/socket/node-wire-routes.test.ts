import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { parseEndpoint } from '../../../src/engine/socket/handshake.ts';
import { upgrading, wireTo } from './fixture.ts';

describe('ports of our own', () => {
  /** Gives these ports one after the other; what was given back is in `returned`. */
  function locals(...ports: number[]) {
    const returned: number[] = [];
    const take = () => {
      const localPort = ports.shift();
      return localPort === undefined ? null : { localAddress: '127.0.0.7', localPort };
    };
    return { returned, take, giveBack: (_c: number, port: number) => void returned.push(port) };
  }

  async function freePort(): Promise<number> {
    const server = createServer().listen(0, '127.0.0.7');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test('a connection begins where it is told to; closed, it gives its port back', async () => {
    const from: string[] = [];
    const server = await upgrading((socket) => {
      from.push(`${socket.remoteAddress}:${socket.remotePort}`);
      socket.on('data', () => socket.end());
    });
    const port = await freePort();
    const own = locals(port);
    const { wire, hears } = wireTo(server, { locals: own });
    wire.connect(0);
    await hears('up 0');
    expect(from).toEqual([`127.0.0.7:${port}`]);
    expect(own.returned).toEqual([]);
    wire.close(0);
    await hears('closed 0');
    expect(own.returned).toEqual([port]);
  });

  test('a port that somebody listens on is passed over, without a failure', async () => {
    const server = await upgrading(() => {});
    const listener = createServer().listen(0, '127.0.0.7');
    await once(listener, 'listening');
    const { port: taken } = listener.address() as AddressInfo;
    const own = locals(taken, await freePort());
    const { wire, heard, hears } = wireTo(server, { locals: own });
    wire.connect(0);
    await hears('up 0');
    expect(heard).toEqual(['up 0']);
    expect(own.returned).toEqual([taken]);
    wire.destroy(0);
    await new Promise((resolve) => listener.close(resolve));
  });

  test('none left is a failure of this machine, told after the connect', async () => {
    const server = await upgrading(() => {});
    const { wire, heard, hears } = wireTo(server, { locals: locals() });
    wire.connect(0);
    expect(heard).toEqual([]);
    await hears('failed 0 noLocalPort EADDRNOTAVAIL');
  });

  test('a refused connect is one of the target, and gives the port back', async () => {
    const own = locals(await freePort(), await freePort());
    // Nobody listens on a port of the system that is for nothing.
    const { wire, hears } = wireTo({ url: 'ws://127.0.0.1:1' }, { locals: own });
    wire.connect(0);
    await hears('failed 0 refused ECONNREFUSED');
    expect(own.returned).toHaveLength(1);
  });
});

test('chargers of several targets find their own', async () => {
  const heads: string[] = [];
  const servers = await Promise.all([0, 1].map(() => upgrading((_, head) => heads.push(head))));
  const targets = servers.map(({ url }, i) => ({
    ...{ endpoint: parseEndpoint(`${url}/t${i}/{id}`), address: '127.0.0.1' },
  }));
  const { wire, hears } = wireTo(servers[0], { targets, targetOf: (c) => 1 - c, chargerCount: 2 });
  for (const c of [0, 1]) {
    wire.connect(c);
    await hears(`up ${c}`);
  }
  expect(heads.map((head) => head.split('\r\n').slice(0, 2))).toEqual([
    ['GET /t1/cp0 HTTP/1.1', `Host: 127.0.0.1:${servers[1].port}`],
    ['GET /t0/cp1 HTTP/1.1', `Host: 127.0.0.1:${servers[0].port}`],
  ]);
});
