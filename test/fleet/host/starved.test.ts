import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { wantsToRun } from '../../../src/fleet/host/starved.ts';
import { until } from '../../e2e/support.ts';

test('a busy process wants to run, a stopped or ended one does not', async () => {
  const child = spawn(process.execPath, ['-e', 'for (;;);']);
  try {
    await until(() => wantsToRun(child.pid), 'the loop');
    child.kill('SIGSTOP');
    await until(() => !wantsToRun(child.pid), 'the stop');
    child.kill('SIGCONT');
    await until(() => wantsToRun(child.pid), 'the loop again');
  } finally {
    child.kill('SIGKILL');
  }
  await new Promise((resolve) => child.once('exit', resolve));
  expect(wantsToRun(child.pid)).toBe(false);
  expect(wantsToRun(undefined)).toBe(false);
});
