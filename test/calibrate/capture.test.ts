import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeWith } from '../support/programs.ts';
import { countsIn, startCapture } from './capture.ts';
import { cannotCapture } from './may-capture.ts';
import { readPcap } from './pcap.ts';
import { segmentOf } from './tcp.ts';

const folder = mkdtempSync(join(tmpdir(), 'capture-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('reads the counts of tcpdump', () => {
  const text = '2 packets captured\n4 packets received by filter\n1 packet dropped by kernel\n';
  expect(countsIn(text)).toEqual({ captured: 2, dropped: 1 });
  expect(countsIn('1 packet captured\n').dropped).toBeNaN();
});

describeWith(['tcpdump'], 'a capture', () => {
  test.skipIf(cannotCapture)('has what went over the port, and nothing else', async () => {
    const server = net.createServer((socket) => socket.pipe(socket));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const file = join(folder, 'echo.pcap');
    const capture = await startCapture(port, file);
    const socket = net.connect(port, '127.0.0.1');
    const echo = new Promise<Buffer>((resolve) => socket.once('data', resolve));
    socket.write('hello');
    await echo;
    socket.destroy();
    server.close();
    const counts = await capture.stop();
    const seen: string[] = [];
    const summary = readPcap(file, (_, bytes) => {
      const segment = segmentOf(bytes);
      if (segment) seen.push(`${segment.toPort === port ? '>' : '<'} ${segment.payload}`);
    });
    expect(seen).toEqual(['> hello', '< hello']);
    expect(summary).toEqual({ packets: 2, cut: 0, isTruncated: false });
    expect(counts).toEqual({ captured: 2, dropped: 0 });
  });

  test('that is not possible says why', async () => {
    await expect(startCapture(9, join(folder, 'nowhere', 'a.pcap'))).rejects.toThrow('tcpdump: ');
  });
});
