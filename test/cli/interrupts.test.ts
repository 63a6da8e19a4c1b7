import { expect, test, vi } from 'vitest';
import { interrupts } from '../../src/cli/interrupts.ts';
import { fakeIo } from './io.ts';

function listening() {
  const io = fakeIo();
  const display = { say: vi.fn(), end: vi.fn() };
  return { io, display, heard: interrupts(io, display, (signal) => `stopping by ${signal}`) };
}

test('the first signal ends what is under way and says so, a second leaves at once', () => {
  const { io, display, heard } = listening();
  io.signal('SIGTERM');
  expect(display.say.mock.calls).toEqual([['stopping by SIGTERM']]);
  expect([heard.stop.aborted, heard.kill.aborted, io.exits]).toEqual([true, false, []]);
  io.signal('SIGINT');
  expect([heard.kill.aborted, io.exits]).toEqual([true, [130]]);
  expect(display.end).toHaveBeenCalledTimes(1);
  expect(display.say).toHaveBeenCalledTimes(1);
});

test('when it is over nobody listens', () => {
  const { io, heard } = listening();
  heard.end();
  io.signal('SIGINT');
  expect(heard.stop.aborted).toBe(false);
});
