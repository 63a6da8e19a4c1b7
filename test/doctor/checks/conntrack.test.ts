import { expect, test } from 'vitest';
import { checkConntrack } from '../../../src/doctor/checks/conntrack.ts';
import { machine, need } from '../fixture.ts';

const check = (used: number, most: number) =>
  checkConntrack(machine({ conntrack: { used, most } }), need());

test('no tracking is fine', () => {
  expect(checkConntrack(machine(), need())).toMatchObject({ level: 'ok' });
});

test.each([
  [100, 10_000, 'ok'],
  [3100, 10_000, 'warning'],
  [5100, 10_000, 'problem'],
  // Nothing is tracked here so far, so maybe nothing ever is.
  [0, 4000, 'warning'],
])('%d of %d in use, 5 000 more: %s', (used, most, level) => {
  expect(check(used, most).level).toBe(level);
});

test('the fix leaves room', () => {
  const { text, fix } = check(5100, 10_000);
  expect(text).toBe('5 000 more, 5 100 of 10 000 in use');
  expect(fix).toBe('sudo sysctl -w net.netfilter.nf_conntrack_max=12625');
  expect(check(5100, 12_625).level).toBe('ok');
});

test('without a need it tells how full the table is', () => {
  const facts = machine({ conntrack: { used: 7, most: 262_144 } });
  expect(checkConntrack(facts, null).text).toBe('7 of 262 144 in use');
});
