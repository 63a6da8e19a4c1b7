import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { onGone } from '../../../src/fleet/host/gone.ts';

function child(connected: boolean) {
  const heard: string[] = [];
  const emitter = Object.assign(new EventEmitter(), { connected });
  onGone(emitter as unknown as ChildProcess, (how) => void heard.push(how));
  emitter.on('message', (text: string) => void heard.push(text));
  return { emitter, heard };
}

test('its last words are read before it counts as gone', async () => {
  const { emitter, heard } = child(true);
  emitter.emit('exit', 0, null);
  await turn();
  emitter.emit('message', 'ended');
  emitter.emit('disconnect');
  await turn();
  expect(heard).toEqual(['ended', 'ended with exit code 0']);
});

test('one whose channel is closed already is gone', async () => {
  const { emitter, heard } = child(false);
  emitter.emit('exit', null, 'SIGKILL');
  await turn();
  expect(heard).toEqual(['was killed by SIGKILL']);
});
