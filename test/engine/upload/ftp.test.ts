import dns from 'node:dns';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { diagnosticsText, MOST_DIAGNOSTICS_BYTES } from '../../../src/engine/upload/diagnostics.ts';
import { type FtpLimits, ftpUploader } from '../../../src/engine/upload/ftp.ts';
import type { Uploader, UploadJob } from '../../../src/engine/upload/upload.ts';
import { listen, realServer, scriptedServer } from './servers.ts';

function uploaderWith(limits?: FtpLimits): Uploader {
  const uploader = ftpUploader(limits);
  onTestFinished(() => uploader.close());
  return uploader;
}

const jobTo = (port: number, changes: Partial<UploadJob> = {}): UploadJob => ({
  host: '127.0.0.1',
  port,
  user: 'ftpuser',
  password: 'secret',
  path: '/diagnosticFiles/CP1-2021-11-10.txt',
  content: Buffer.from('a line\n'),
  ...changes,
});

/** The answer to PASV (RFC 959, 4.1.2). */
const passive = (host: string, port: number) =>
  `227 Entering Passive Mode (${host.replaceAll('.', ',')},${port >> 8},${port & 255})`;

/** What `done` was told: '' for success, else the words of the error. */
function send(uploader: Uploader, job: UploadJob): Promise<string> {
  return new Promise((resolve) => uploader.upload(job, (error) => resolve(error?.message ?? '')));
}

describe('a real server', () => {
  test('receives a file under its name, byte for byte, in folders that it had not', async () => {
    const { port, root } = await realServer();
    const content = diagnosticsText('2103252121090001', MOST_DIAGNOSTICS_BYTES);
    const path = '/diagnosticFiles/new one/2103252121090001-2021-11-10.txt';
    expect(await send(uploaderWith(), jobTo(port, { path, content }))).toBe('');
    expect(readFileSync(join(root, path)).equals(content)).toBe(true);
  });

  test('has the folder already, and an older file', async () => {
    const { port, root } = await realServer();
    const job = jobTo(port);
    mkdirSync(join(root, 'diagnosticFiles'));
    writeFileSync(join(root, job.path), 'an older and longer text');
    expect(await send(uploaderWith(), job)).toBe('');
    expect(readFileSync(join(root, job.path), 'utf8')).toBe('a line\n');
  });

  test('takes an empty file, and one in its first folder', async () => {
    const { port, root } = await realServer();
    const job = jobTo(port, { path: '/empty.txt', content: Buffer.alloc(0) });
    expect(await send(uploaderWith(), job)).toBe('');
    expect(readFileSync(join(root, 'empty.txt')).length).toBe(0);
  });

  test('refuses a wrong password, and nothing is there', async () => {
    const { port, root } = await realServer();
    const error = await send(uploaderWith(), jobTo(port, { password: 'guess' }));
    expect(error).toMatch(/^530 /);
    expect(readdirSync(root)).toEqual([]);
  });

  test('never sees more than maxConcurrent of many, and gets them all', async () => {
    const { port, root, mostUploads } = await realServer();
    const uploader = uploaderWith({ maxConcurrent: 3 });
    const names = Array.from({ length: 20 }, (_, i) => `CP${i}.txt`);
    const jobs = names.map((name) => {
      return jobTo(port, { path: `/${name}`, content: diagnosticsText(name, 20_000) });
    });
    const ends = await Promise.all(jobs.map((job) => send(uploader, job)));
    expect(ends.join('')).toBe('');
    for (const { path, content } of jobs) {
      expect(readFileSync(join(root, path)).equals(content)).toBe(true);
    }
    expect(mostUploads()).toBe(3);
  });
});

describe('a server that is not there', () => {
  async function freePort(): Promise<number> {
    const { port, server } = await listen(() => {});
    await new Promise((resolve) => server.close(resolve));
    return port;
  }

  test('refuses the connection', async () => {
    expect(await send(uploaderWith(), jobTo(await freePort()))).toMatch(/ECONNREFUSED/);
  });

  test('refuses it at each of its addresses', async () => {
    const addresses = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    const lookup = (_: string, __: object, found: (error: null, all: object[]) => void) =>
      process.nextTick(found, null, addresses);
    const spy = vi.spyOn(dns, 'lookup').mockImplementation(lookup as typeof dns.lookup);
    onTestFinished(() => spy.mockRestore());
    const job = jobTo(await freePort(), { host: 'charger-files.test' });
    expect(await send(uploaderWith(), job)).toMatch(/ECONNREFUSED 127\.0\.0\.1/);
  });

  test('closes at once', async () => {
    const { port } = await listen((socket) => socket.destroy());
    expect(await send(uploaderWith(), jobTo(port))).not.toBe('');
  });
});

describe('a server that stalls', () => {
  const TIMEOUT = /did not take the file in 250 ms/;

  test.each(['greeting', 'PASS', 'CWD', 'PASV'])('before its %s is given up', async (command) => {
    const server = await scriptedServer({ [command]: '' });
    const uploader = uploaderWith({ timeoutMs: 250 });
    expect(await send(uploader, jobTo(server.port))).toMatch(TIMEOUT);
    await expect.poll(() => server.open.size).toBe(0);
  });

  test('with the file on its way is given up', async () => {
    const data = await listen((socket) => socket.pause());
    const PASV = passive('127.0.0.1', data.port);
    const { port, commands } = await scriptedServer({ PASV, STOR: '150 go on' });
    const content = Buffer.alloc(16 * MOST_DIAGNOSTICS_BYTES);
    const end = await send(uploaderWith({ timeoutMs: 1000 }), jobTo(port, { content }));
    expect(end).toMatch(/did not take the file in 1000 ms/);
    expect(commands).toContain('STOR');
  });

  test('but always has something to say is given up all the same', async () => {
    const { port } = await listen((socket) => {
      const timer = setInterval(() => socket.write('220-wait\r\n'), 20);
      socket.on('close', () => clearInterval(timer));
    });
    expect(await send(uploaderWith({ timeoutMs: 250 }), jobTo(port))).toMatch(TIMEOUT);
  });

  test('makes room for the next upload', async () => {
    const stalled = await scriptedServer({ PASS: '' });
    const next = await scriptedServer({ PASS: '530 no' });
    const uploader = uploaderWith({ maxConcurrent: 1, timeoutMs: 250 });
    const ends = [send(uploader, jobTo(stalled.port)), send(uploader, jobTo(next.port))];
    expect(await Promise.all(ends)).toEqual([expect.stringMatching(TIMEOUT), '530 no']);
  });
});

test('an upload that failed says goodbye and leaves no timer behind', async () => {
  const { port, commands } = await scriptedServer({ PASS: '530 no' });
  const set = vi.spyOn(globalThis, 'setTimeout');
  const cleared = vi.spyOn(globalThis, 'clearTimeout');
  onTestFinished(() => {
    set.mockRestore();
    cleared.mockRestore();
  });
  expect(await send(uploaderWith({ timeoutMs: 12_345 }), jobTo(port))).toBe('530 no');
  const timer = set.mock.results[set.mock.calls.findIndex(([, ms]) => ms === 12_345)].value;
  expect(cleared.mock.calls.some(([ended]) => ended === timer)).toBe(true);
  await expect.poll(() => commands.at(-1)).toBe('QUIT');
});

describe('limits', () => {
  const TOO_MANY = 'too many uploads are waiting';

  test('of the queue: those over it fail, the others are not touched', async () => {
    const { port, commands } = await scriptedServer({ USER: '' });
    const uploader = uploaderWith({ maxConcurrent: 2, maxQueued: 3 });
    const told: string[] = [];
    for (let i = 0; i < 8; i++) {
      uploader.upload(jobTo(port), (error) => told.push(`${i} ${error?.message}`));
    }
    expect(told).toEqual([]);
    await expect.poll(() => commands.filter((word) => word === 'USER')).toHaveLength(2);
    expect(told).toEqual([5, 6, 7].map((i) => `${i} ${TOO_MANY}`));
  });

  test('without a queue there is room for those that run', async () => {
    const { port } = await realServer();
    const uploader = uploaderWith({ maxConcurrent: 1, maxQueued: 0 });
    const ends = [send(uploader, jobTo(port)), send(uploader, jobTo(port))];
    expect(await Promise.all(ends)).toEqual(['', TOO_MANY]);
    expect(await send(uploader, jobTo(port))).toBe('');
  });

  test('of the bytes that wait', async () => {
    const { port } = await scriptedServer({ USER: '' });
    const uploader = uploaderWith({ maxConcurrent: 1, maxQueuedBytes: 1000 });
    const ends: string[] = [];
    for (const bytes of [5000, 600, 600, 400]) {
      const job = jobTo(port, { content: Buffer.alloc(bytes) });
      uploader.upload(job, (error) => ends.push(`${bytes} ${error?.message}`));
    }
    await expect.poll(() => ends).toEqual([`600 ${TOO_MANY}`]);
  });
});

describe('close', () => {
  const CLOSED = 'the run ended before the upload did';

  test('ends those that run, those that wait, and every later one, each once', async () => {
    const server = await scriptedServer({ USER: '' });
    const uploader = uploaderWith({ maxConcurrent: 2 });
    const told: string[] = [];
    const upload = (i: number) =>
      uploader.upload(jobTo(server.port), (error) => told.push(`${i} ${error?.message}`));
    for (const i of [0, 1, 2, 3]) upload(i);
    await expect.poll(() => server.commands.filter((word) => word === 'USER')).toHaveLength(2);
    uploader.close();
    uploader.close();
    upload(4);
    expect(told).toEqual([]);
    await expect.poll(() => server.open.size).toBe(0);
    expect(told.toSorted()).toEqual([0, 1, 2, 3, 4].map((i) => `${i} ${CLOSED}`));
    expect(server.commands.filter((word) => word === 'USER')).toHaveLength(2);
  });

  test('also drops a data connection that is still being opened', async () => {
    const { port } = await scriptedServer({ PASV: passive('127.0.0.1', 9) });
    const hanging = connectsTo(9);
    const uploader = uploaderWith();
    const end = send(uploader, jobTo(port));
    await expect.poll(() => hanging).toHaveLength(1);
    uploader.close();
    expect(await end).toBe(CLOSED);
    expect(hanging[0].destroyed).toBe(true);
  });
});

/** Sockets that were to connect to `port` from now on: they hang, as behind a firewall. */
function connectsTo(port: number): Socket[] {
  const hanging: Socket[] = [];
  const { connect } = Socket.prototype;
  const spy = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (
    this: Socket,
    ...args: unknown[]
  ) {
    if ((args[0] as { port?: number }).port !== port) return Reflect.apply(connect, this, args);
    hanging.push(this);
    return this;
  });
  onTestFinished(() => spy.mockRestore());
  return hanging;
}

describe('a PASV answer with another host', () => {
  test('of the loopback is not followed', async () => {
    const visits: string[] = [];
    const right = await listen(() => visits.push('right'));
    await listen(() => visits.push('wrong'), '127.0.0.2', right.port);
    const PASV = passive('127.0.0.2', right.port);
    const { port, commands } = await scriptedServer({ PASV, STOR: '550 no' });
    expect(await send(uploaderWith(), jobTo(port))).toBe('550 no');
    expect(commands).toContain('PASV');
    await expect.poll(() => visits).toEqual(['right']);
  });

  test('elsewhere is not followed', async () => {
    const PASV = passive('192.0.2.10', 9);
    const { port } = await scriptedServer({ PASV, STOR: '150 go on' });
    // Were it followed, it would go nowhere.
    const strays = connectsTo(9);
    expect(await send(uploaderWith(), jobTo(port))).toMatch(/another host \(192\.0\.2\.10\)/);
    expect(strays).toEqual([]);
  });
});

describe('what a central system may try', () => {
  test.each([
    ['user', { user: 'me\r\nDELE x' }],
    ['password', { password: 'me\nDELE x' }],
    ['path', { path: '/a\r\nDELE x/b' }],
  ])('a line end in the %s is an error, not a command', async (_, changes) => {
    const { port, commands } = await scriptedServer({});
    expect(await send(uploaderWith(), jobTo(port, changes))).toMatch(/control characters/);
    expect(commands).not.toContain('DELE');
  });

  test('dots do not lead out of the folder of a real server', async () => {
    const { port, root } = await realServer();
    const path = '/../../outside-of-ftp.txt';
    await send(uploaderWith(), jobTo(port, { path }));
    expect(existsSync(join(root, '../outside-of-ftp.txt'))).toBe(false);
  });

  test('a long answer makes a short error', async () => {
    const { port } = await scriptedServer({ PASS: `530 ${'no '.repeat(5000)}` });
    expect(await send(uploaderWith(), jobTo(port))).toHaveLength(200);
  });
});
