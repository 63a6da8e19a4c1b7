import os from 'node:os';
import { expect, test } from 'vitest';
import { thisMachine } from '../../src/result/machine.ts';

test('a machine is told by what it is, not by its name', () => {
  const machine = thisMachine();
  expect(machine).toEqual(thisMachine());
  expect(machine).toMatchObject({ cores: os.cpus().length, memoryBytes: os.totalmem() });
  expect(machine.hostSha256).toMatch(/^[0-9a-f]{16}$/);
  expect(JSON.stringify({ ...machine, kernel: '', cpu: '' })).not.toContain(os.hostname());
});
