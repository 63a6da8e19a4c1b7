import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { countersText, csmsCommand, statusLine } from '../../src/cli/csms.ts';
import type { Io } from '../../src/cli/io.ts';
import { emptyCounters } from '../../src/csms/counters.ts';
import { EXPORT_HEADER } from '../../src/csms/records.ts';
import { connect } from '../csms/client.ts';
import { FULL_PAYLOADS } from '../csms/payloads.ts';

/** An `Io` that keeps what is written; `press` is Ctrl-C. */
function fakeIo() {
  const written = { stdout: '', stderr: '' };
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  const out = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
      return true;
    },
  });
  const io: Io = {
    stdout: out('stdout'),
    stderr: out('stderr'),
    env: {},
    onSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: () => {},
  };
  const press = () => {
    for (const listener of listeners) listener('SIGINT');
  };
  return { io, written, press, listeners };
}

test('serves until Ctrl-C, then prints what it counted', async () => {
  const { io, written, press, listeners } = fakeIo();
  const args = ['--port', '0', '--error-rate', '1', '--interval', '5m', '--delay', '1ms'];
  const done = csmsCommand(io).parseAsync(args, { from: 'user' });
  while (listeners.size === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  expect(written.stdout).toContain('test double');
  const [url] = /ws:\/\/127\.0\.0\.1:\d+/.exec(written.stdout) ?? [''];
  const client = await connect({ url });
  expect((await client.call('Heartbeat', {}))[2]).toBe('InternalError');
  press();
  await done;
  expect((await client.closed).code).toBe(1001);
  expect(written.stdout).toMatch(/Heartbeat +1\n/);
  expect(written.stdout).toMatch(/errored +1\n/);
  expect(listeners.size).toBe(0);
});

test('sends its commands, and exports its transactions at the end', async () => {
  const { io, written, press, listeners } = fakeIo();
  const file = join(tmpdir(), `csms-transactions-${process.pid}.csv`);
  const command = 'RemoteStopTransaction {"transactionId":"{transactionId}"} every 10ms after 0s';
  const args = ['--port', '0', '--command', 'ClearCache after 0s', '--command', command];
  const done = csmsCommand(io).parseAsync([...args, '--export-transactions', file], {
    from: 'user',
  });
  while (listeners.size === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  const [url] = /ws:\/\/127\.0\.0\.1:\d+/.exec(written.stdout) ?? [''];
  const client = await connect({ url });
  await client.call('StartTransaction', FULL_PAYLOADS.StartTransaction);
  await client.call('BootNotification', FULL_PAYLOADS.BootNotification);
  expect(JSON.parse(await client.next())[2]).toBe('ClearCache');
  client.ws.send('[3,"cs-1",{"status":"Accepted"}]');
  expect(JSON.parse(await client.next())[3]).toEqual({ transactionId: 1 });
  press();
  await done;
  expect(written.stdout).toMatch(/COMMANDS sent\n +ClearCache +1\n +RemoteStopTransaction +1\n/);
  expect(written.stdout).toMatch(/of them\n +answered +1\n +lost with their connection +1\n/);
  const [header, row] = readFileSync(file, 'utf8').split('\n');
  expect([header, row]).toEqual([EXPORT_HEADER, expect.stringMatching(/^1,cp1,1,13800000001,/)]);
  rmSync(file);
});

/** Of this process. */
const childPids = () =>
  readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8')
    .split(' ')
    .filter(Boolean)
    .map(Number);

/** Starts it, talks to it, presses Ctrl-C, and gives what it wrote. */
async function served(
  args: readonly string[],
  talk: (urls: readonly string[], stderr: () => string) => Promise<void>,
) {
  const { io, written, press, listeners } = fakeIo();
  const done = csmsCommand(io).parseAsync(['--port', '0', ...args], { from: 'user' });
  done.catch(() => {}); // it is awaited below, unless something else fails before
  while (listeners.size === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  await talk(written.stdout.match(/ws:\/\/127\.0\.0\.1:\d+(?= |\n)/g) ?? [], () => written.stderr);
  press();
  return { written, done };
}

const beat = async (url: string) => {
  const client = await connect({ url });
  expect((await client.call('Heartbeat', {}))[0]).toBe(3);
};

test('--light counts the same', async () => {
  const { written, done } = await served(['--light', '--service-rate', '500/s'], ([url]) =>
    beat(url),
  );
  await done;
  expect(written.stdout).toContain('light OCPP 1.6-J central system: a test double');
  expect(written.stdout).toMatch(/Heartbeat +1\n/);
  expect(written.stdout).toMatch(/answered +1\n/);
});

test('--processes adds up, each at its port with --separate-ports', async () => {
  const args = ['--light', '--processes', '2', '--separate-ports'];
  const { written, done } = await served(args, async (urls) => {
    expect(new Set(urls).size).toBe(2);
    for (const url of urls) await beat(url);
  });
  await done;
  expect(written.stdout).toContain('central system of 2 processes: a test double');
  expect(written.stdout).toMatch(/Heartbeat +2\n/);
});

test('a process that dies is named, the others are counted', async () => {
  const before = childPids();
  const { written, done } = await served(['--light', '--processes', '2'], async ([url], stderr) => {
    const [pid] = childPids().filter((each) => !before.includes(each));
    process.kill(pid, 'SIGKILL');
    while (!/is gone/.test(stderr())) await new Promise((resolve) => setTimeout(resolve, 5));
    await beat(url);
  });
  await expect(done).rejects.toMatchObject({
    message: expect.stringMatching(/^process [12] of 2 .* is gone: it was killed by SIGKILL/),
    exitCode: 109,
  });
  expect(written.stdout).toMatch(/Heartbeat +1\n/);
});

describe('a wrong value names its flag and what is allowed', () => {
  test.each([
    ['--port', '70000', '--port is 70000', '0 to 65535'],
    ['--port', 'http', '--port is http', '0 to 65535'],
    ['--interval', '60', "--interval is '60'", '60s'],
    ['--interval', '1500ms', "--interval is '1500ms'", 'whole seconds'],
    ['--delay', 'exponental:5ms', "--delay is 'exponental:5ms'", 'did you mean exponential?'],
    ['--delay', 'uniform:9ms:1ms', "--delay is 'uniform:9ms:1ms'", 'uniform:1ms:9ms'],
    ['--error-rate', '1%', '--error-rate is 1%', '0 to 1'],
    ['--silence', '2', '--silence is 2', '0 to 1'],
    ['--drop', '', '--drop is ', '0 to 1'],
    ['--seed', '-1', '--seed is -1', '4294967295'],
    ['--command', 'Rest', "--command[0].action is 'Rest'", 'did you mean Reset?'],
    ['--command', 'Reset {', '--command: the payload { is no JSON object', 'as in'],
    ['--command', 'Reset {} evry 5s', "--command: 'evry' is not understood", 'after, every'],
    ['--export-transactions', '/', '--export-transactions /: cannot be written', 'name a file'],
    ['--service-rate', '2000/d', "--service-rate is '2000/d'", 'such as 2000/s'],
    [
      '--service-rate',
      '300',
      "--service-rate is '300', without a unit",
      'is it 300/s, or 300/min?',
    ],
    ['--service-rate', '2000/s', '--service-rate needs --light', 'queue of known capacity'],
    ['--processes', '0', "--processes cannot be '0'", 'from 1 to 64'],
    ['--processes', '2', '--processes needs --light', 'what one process knows'],
  ])('%s %j', async (flag, value, message, hint) => {
    const run = csmsCommand(fakeIo().io).parseAsync([`${flag}=${value}`], { from: 'user' });
    await expect(run).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    });
  });
});

test.each([
  [['--silence', '0.1'], '--silence does not go with --light'],
  [['--command', 'ClearCache after 0s'], '--command does not go with --light'],
  [['--export-transactions', 'x.csv'], '--export-transactions does not go with --light'],
  [['--delay', 'exponential:5ms'], '--delay is {"exponential":"5ms"}, which does not go'],
  [['--service-time', 'constant'], '--service-time needs --service-rate'],
  [['--separate-ports'], '--separate-ports needs --processes'],
])('--light with %j', async (args, message) => {
  const run = csmsCommand(fakeIo().io).parseAsync(['--light', ...args], { from: 'user' });
  await expect(run).rejects.toThrow(message);
});

test('the help shows every flag and examples', () => {
  let help = '';
  const command = csmsCommand(fakeIo().io).configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  command.outputHelp();
  for (const option of command.options) expect(help).toContain(option.long);
  expect(help).toContain('$ ocpp-load csms --port 9000');
  expect(help).toContain('test double');
});

test('the status line is plain', () => {
  const counters = { ...emptyCounters(), connectionsOpen: 5000, booted: 4999, invalid: 1 };
  expect(statusLine(counters, 70_300, 166.7)).toBe(
    '  1m10s   connected 5 000   booted 4 999   calls 166.7/s   invalid 1\n',
  );
});

test('the counters leave out what did not happen', () => {
  const counters = { ...emptyCounters(), received: { Heartbeat: 3, Authorize: 0 } };
  const text = countersText({ ...counters, answered: 2, errored: 1, invalid: 1 });
  expect(text).toMatch(/Heartbeat +3\n {4}total +3\n/);
  expect(text).toMatch(/errored +1 {3}1 of them by its input checks\n/);
  expect(text).not.toMatch(/Authorize|silenced|dropped/);
});
