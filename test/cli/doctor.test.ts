import { expect, test } from 'vitest';
import { doctorJson } from '../../src/cli/doctor.ts';
import { main } from '../../src/cli/main.ts';
import { ok, problem } from '../../src/doctor/finding.ts';
import { fakeIo } from './io.ts';

test('a machine without a scenario: its limits, exit 0', async () => {
  const io = fakeIo();
  expect(await main(['doctor'], io)).toBe(0);
  expect(io.out()).toMatch(/descriptors .*\n.*\n? *✓ memory/s);
  expect(io.out()).toMatch(/nothing keeps a run from working(; \d warnings?)?\n$/);
});

test('more chargers than ports: exit 122, and the last line names what is wrong', async () => {
  const io = fakeIo();
  expect(await main(['doctor', '--chargers', '1000000'], io)).toBe(122);
  expect(io.out()).toContain('✗ source ports');
  expect(io.out()).toMatch(/the run cannot work: .*source ports.* +exit 122\n$/);
});

test('a scenario: chargers and rates are its own', async () => {
  const io = fakeIo();
  const exitCode = await main(['doctor', 'scenarios/5000-chargers.ts', '--chargers', '400'], io);
  expect(exitCode).toBe(0);
  expect(io.out()).toContain('need 460 of');
  expect(io.out()).toMatch(/cpu .* CALLs\/s and .* connects\/s/);
});

test('--workers counts for the forecast', async () => {
  const io = fakeIo();
  await main(['doctor', 'scenarios/5000-chargers.ts', '--workers', '1'], io);
  expect(io.out()).toContain('(1 worker)');
});

test('an identity that cannot be one is refused before anything is contacted', async () => {
  const io = fakeIo();
  const flags = ['--target', 'ws://127.0.0.1:9/', '--probe', 'a b'];
  expect(await main(['doctor', ...flags], io)).toBe(104);
  expect(io.out()).toBe('');
  expect(io.err()).toMatch(/--probe cannot be 'a b'\n.*letters, digits and/);
});

test('JSON without credentials and control characters', () => {
  const findings = [ok('node', '24'), problem('tls', '\u001b[1mwss://u:pw@host', 'x')];
  expect(JSON.parse(doctorJson(null, findings))).toEqual({
    ...{ schema: 'ocpp-load/doctor/1', scenario: null, target: null, works: false },
    findings: [
      { check: 'node', level: 'ok', text: '24', fix: '' },
      { check: 'tls', level: 'problem', text: 'wss://host', fix: 'x' },
    ],
  });
});
