import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDescriptors } from '../../../src/doctor/checks/descriptors.ts';
import { machine, need } from '../fixture.ts';

const check = (descriptors: number | null, chargers: number | null) =>
  checkDescriptors(machine({ descriptors }), chargers === null ? null : need({ chargers }));

test('just enough are enough', () => {
  expect(check(5060, 5000)).toMatchObject({ level: 'ok', text: 'need 5 060 of 5 060', fix: '' });
  expect(check(Number.POSITIVE_INFINITY, 1e6)).toMatchObject({ level: 'ok' });
});

test('one too few: what is needed, what there is, and both ways out', () => {
  expect(check(5059, 5000)).toEqual({
    check: 'descriptors',
    level: 'problem',
    text: 'need 5 060 in one process, limit 5 059',
    fix: 'sudo prlimit --pid $$ --nofile=5060:5060, or --chargers 4999',
  });
  expect(check(40, 5).fix).toBe('sudo prlimit --pid $$ --nofile=65:65');
});

test('what the fix says works', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 1e6 }), fc.nat(1e6), (descriptors, more) => {
      const { fix } = check(descriptors, descriptors + more);
      const [raised, , fewer] = Array.from(fix.matchAll(/\d+/g), Number);
      expect(check(raised, descriptors + more).level).toBe('ok');
      expect(check(descriptors, fewer).level).toBe('ok');
    }),
  );
});

test('without a need it tells how many there are', () => {
  expect(check(20_000, null).text).toBe('20 000 in a process, enough for 19 940 chargers');
  expect(check(Number.POSITIVE_INFINITY, null).text).toBe('unlimited in a process');
});

test('a limit that is not told is unknown', () => {
  expect(check(null, 5000)).toMatchObject({ level: 'unknown', fix: '' });
});
