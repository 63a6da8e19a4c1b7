import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDescriptors } from '../../../src/doctor/checks/descriptors.ts';
import { needOfFleet } from '../../../src/doctor/need.ts';
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
    fix: 'sudo prlimit --pid $$ --nofile=5060:5060, or --processes 2, or --chargers 4999',
  });
  expect(check(40, 5).fix).toBe('sudo prlimit --pid $$ --nofile=65:65');
});

test('what the fix says works', () => {
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 1e6 }), fc.nat(1e6), (descriptors, more) => {
      const { fix } = check(descriptors, descriptors + more);
      const raised = Number(/nofile=(\d+)/.exec(fix)?.[1]);
      const fewer = Number(/--chargers (\d+)/.exec(fix)?.[1]);
      expect(check(raised, descriptors + more).level).toBe('ok');
      expect(check(descriptors, fewer).level).toBe('ok');
      const processes = Number(/--processes (\d+)/.exec(fix)?.[1] ?? 0);
      if (processes === 0) return;
      const limits = { descriptors, processors: 2 };
      const spread = needOfFleet(descriptors + more, { workers: 'auto', processes }, limits);
      expect(checkDescriptors(machine({ descriptors }), spread).level).toBe('ok');
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

test('several processes, each with enough or too few; the embedded system has one', () => {
  const spread = { chargers: 50_000, processes: 3, chargersPerProcess: 16_667 };
  const of = (descriptors: number, embedded = false, light = false) =>
    checkDescriptors(machine({ descriptors }), need({ ...spread, embedded, light }));
  expect(of(20_000)).toMatchObject({
    level: 'ok',
    text: 'need 16 727 in each of 3 processes, of 20 000',
  });
  expect(of(10_000)).toMatchObject({
    level: 'problem',
    text: 'need 16 727 in each of 3 processes, limit 10 000',
  });
  expect(of(10_000).fix).toContain('--processes 6');
  expect(of(20_000, true)).toMatchObject({
    level: 'problem',
    text: 'the embedded central system needs 50 060, limit 20 000',
    fix: expect.stringMatching(/^embedded: { light: true } .* --chargers 19940$/),
  });
  expect(of(20_000, true, true).level).toBe('ok');
});
