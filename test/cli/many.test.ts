import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { startNats } from '../support/nats-server.ts';
import { describeWith } from '../support/programs.ts';
import { fakeIo } from './io.ts';

/** Of five chargers. */
const scenario = fileURLToPath(new URL('../../scenarios/5-chargers.ts', import.meta.url));

const NATS = ['--nats', 'nats://127.0.0.1:1'];
const TARGET = ['--target', 'ws://127.0.0.1:1/{id}'];

async function run(...argv: string[]) {
  const io = fakeIo();
  const exitCode = await main(['run', ...argv], io);
  return { exitCode, err: io.err(), out: io.out() };
}

describe('run --nats is refused', () => {
  test.each([
    [[scenario, ...NATS], '--nats is given without --agents', '--agents 4'],
    [[scenario, ...NATS, '--agents', '2', '--shard', '1/2'], '--shard and --nats', 'exclude'],
    [
      [scenario, ...NATS, '--agents', '2', '--workers', '2'],
      '--workers is given',
      'ocpp-load agent',
    ],
    [[scenario, ...NATS, '--agents', '2'], 'embedded central system', 'csms --light'],
    [
      [scenario, ...NATS, ...TARGET, '--agents', '6'],
      "more than the run's 5 chargers",
      'each agent',
    ],
    [[scenario, ...NATS, '--agents', '2', '--run-id', 'a.b'], "--run-id cannot be 'a.b'", 'dashes'],
    [
      [scenario, ...NATS, '--agents', '2', '--parts', '/dev/null/x'],
      '--parts /dev/null/x',
      'another',
    ],
    [[scenario, '--agents', '2'], '--agents is given without --nats', 'nats://host:4222'],
    [['--resume', 'night'], '--resume is given without --nats', 'nats://host:4222'],
    [[scenario, '--nats', 'http://h', '--agents', '2'], "--nats cannot be 'http://h'", 'nats://'],
    [[scenario, ...NATS, '--agents', '2', '--lease', '1s'], "--lease cannot be '1s'", 'from 5s'],
    [
      [scenario, ...NATS, '--agents', '2', '--on-agent-loss', 'panic'],
      "--on-agent-loss cannot be 'panic'",
      'fail, continue, reassign',
    ],
    [
      [scenario, ...NATS, '--agents', '2', '--target', 'ws://me:secret@h/{id}'],
      '--target holds a user or a password',
      'nothing was started.',
    ],
  ])('%j: exit 104', async (argv, message, hint) => {
    const { exitCode, err, out } = await run(...argv);
    expect(err).toContain(message);
    expect(err).toContain(hint);
    expect(err).not.toContain('secret');
    expect({ exitCode, out }).toEqual({ exitCode: 104, out: '' });
  });

  test('where nobody listens', async () => {
    const { exitCode, err } = await run(scenario, ...NATS, ...TARGET, '--agents', '2');
    expect(err).toContain('127.0.0.1:1');
    expect(exitCode).toBeGreaterThan(100);
  });
});

describeWith(['nats-server'], 'run --nats', () => {
  test('names what NATS refuses, and does not call it a fault of ours', async () => {
    const user = '{ user: me, password: it, permissions: { publish: { deny: ["$KV.>"] } } }';
    const server = await startNats({ config: `authorization { users: [${user}] }` });
    const nats = ['--nats', server.url.replace('//', '//me:it@')];
    const { exitCode, err } = await run(scenario, ...nats, ...TARGET, '--agents', '2');
    expect(err.replace(/\s+/g, ' ')).toContain('not allow us to publish on "$KV.');
    expect(err).not.toContain('a fault of ocpp-load');
    expect(exitCode).toBe(122);
  });
});
