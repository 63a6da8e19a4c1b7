import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const entry = fileURLToPath(new URL('../../src/csms/process.ts', import.meta.url));
const start = () =>
  fork(entry, [], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });

test('speaks the protocol of messages.ts', async () => {
  const child = start();
  child.send({ type: 'start', options: {} });
  const [listening] = await once(child, 'message');
  expect(listening).toEqual({ type: 'listening', url: expect.stringMatching(/^ws:/) });
  child.send({ type: 'counters', request: 8 });
  const [counters] = await once(child, 'message');
  expect(counters).toMatchObject({ type: 'counters', request: 8, counters: { answered: 0 } });
  const exit = once(child, 'exit');
  child.send({ type: 'stop', request: 9 });
  expect((await once(child, 'message'))[0]).toMatchObject({ type: 'counters', request: 9 });
  expect((await exit)[0]).toBe(0);
});

test('ends when its parent goes', async () => {
  const child = start();
  child.send({ type: 'start', options: {} });
  await once(child, 'message');
  const exit = once(child, 'exit');
  child.disconnect();
  expect((await exit)[0]).toBe(0);
});

test('refuses wrong options with both texts', async () => {
  const child = start();
  const exit = once(child, 'exit');
  child.send({ type: 'start', options: { drop: 2 } });
  expect((await once(child, 'message'))[0]).toEqual({
    type: 'refused',
    message: 'drop is 2',
    hint: expect.any(String),
  });
  expect((await exit)[0]).toBe(1);
});
