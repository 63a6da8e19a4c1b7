import { expect, test } from 'vitest';
import { checkClockSource } from '../../../src/doctor/checks/clock-source.ts';
import { machine } from '../fixture.ts';

test.each([
  ['tsc', 'ok'],
  ['arch_sys_counter', 'ok'],
  ['hpet', 'warning'],
  ['acpi_pm', 'warning'],
  [null, 'unknown'],
])('%s: %s', (clockSource, level) => {
  expect(checkClockSource(machine({ clockSource })).level).toBe(level);
});

test('the fix is a command line', () => {
  expect(checkClockSource(machine({ clockSource: 'hpet' })).fix).toMatch(/^echo tsc \| sudo tee /);
});
