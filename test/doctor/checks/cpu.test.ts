import { expect, test } from 'vitest';
import { checkCpu, coresText } from '../../../src/doctor/checks/cpu.ts';
import { machine, need } from '../fixture.ts';

const flood = (steadyCallsPerS: number, changes = {}, facts = machine()) =>
  checkCpu(
    facts,
    need(changes, { steadyCallsPerS, peakCallsPerS: steadyCallsPerS, peakConnectsPerS: 0 }),
  );

test('a small load: the forecast, and what it was made from', () => {
  expect(checkCpu(machine(), need())).toEqual({
    ...{ check: 'cpu', level: 'ok', fix: '' },
    text: '~0.05 of 2 cores (2 workers) at 1 000 CALLs/s and 250.0 connects/s at most',
  });
  expect(checkCpu(machine(), need({}, { partial: true })).text).toContain('without closed loops');
});

test('above 70 % of what the workers may use, sends will be late', () => {
  expect(flood(80_000).level).toBe('ok');
  expect(flood(90_000)).toMatchObject({ level: 'warning', fix: '--workers 3' });
  expect(flood(90_000).text).toContain('sends will be late');
});

test('where more workers do not help, fewer chargers do', () => {
  const fix = flood(180_000, { workers: 4 }).fix;
  expect(fix).toMatch(/^--chargers \d+, or a slower ramp$/);
  const [chargers] = Array.from(fix.matchAll(/\d+/g), Number);
  expect(flood((180_000 * chargers) / 5000, { workers: 4, chargers }).level).toBe('ok');
});

test('what not even a bare loop could send is refused', () => {
  expect(flood(280_000).level).toBe('warning');
  expect(flood(300_000)).toMatchObject({ level: 'problem' });
});

test('a control group may allow less than there is', () => {
  const facts = machine({ groupCpus: 1.5 });
  expect(flood(80_000, {}, facts)).toMatchObject({ level: 'warning' });
  expect(checkCpu(facts, null).text).toBe('1.5 cores');
});

test('the embedded target takes its share', () => {
  const text = flood(50_000, { embedded: true }).text;
  expect(flood(50_000).level).toBe('ok');
  expect(text).toContain('~2.5 for the embedded target: sends will be late');
});

test('without a scenario there is no forecast', () => {
  expect(checkCpu(machine(), need({ load: null })).text).toBe(
    '4 cores, 2 workers; no scenario to forecast',
  );
  expect(coresText(1)).toBe('1 core');
});
