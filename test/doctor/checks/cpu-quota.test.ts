import { expect, test } from 'vitest';
import { checkCpuQuota } from '../../../src/doctor/checks/cpu-quota.ts';
import { machine } from '../fixture.ts';

const check = (cpus: number | null) => checkCpuQuota(machine({ groupCpus: cpus }));

test('none, and one of a core or more', () => {
  expect(check(null)).toMatchObject({ level: 'ok', text: 'none' });
  expect(check(1.5)).toMatchObject({ level: 'ok', text: '1.5 cores of 4' });
});

test('less than a core holds back a single thread', () => {
  const { level, text, fix } = check(0.5);
  expect([level, text]).toEqual([
    'warning',
    expect.stringContaining('0.5 cores of 4: a busy moment'),
  ]);
  expect(fix).toContain('docker update --cpus');
});
