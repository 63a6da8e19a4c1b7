import { expect, test } from 'vitest';
import { checkSourcePorts } from '../../../src/doctor/checks/source-ports.ts';
import { machine, need } from '../fixture.ts';

const check = (chargers: number, sourcePorts = 28_232) =>
  checkSourcePorts(machine({ sourcePorts }), need({ chargers }));

test('up to half of the range nothing slows down', () => {
  expect(check(14_116).level).toBe('ok');
  expect(check(14_117)).toEqual({
    check: 'source ports',
    level: 'warning',
    text: '14 117 to one address and port, ~14 116 before connects slow down, 28 232 at most',
    fix: 'sudo sysctl -w net.ipv4.ip_local_port_range="1024 65535"',
  });
});

test('as many as there are can work, one more cannot', () => {
  expect(check(28_232).level).toBe('warning');
  expect(check(28_233)).toMatchObject({ level: 'problem' });
});

test('where the widest range is not enough, fewer chargers are', () => {
  expect(check(100_000).fix).toContain('"1024 65535" and --chargers 32256');
  expect(check(100_000, 64_512)).toMatchObject({ level: 'problem', fix: '--chargers 32256' });
});

test('connections in TIME_WAIT are told, but nobody knows whose ports they hold', () => {
  const facts = machine({ timeWait: 13_922 });
  expect(checkSourcePorts(facts, null)).toMatchObject({
    level: 'ok',
    text: '~14 116 before connects slow down, 28 232 at most (13 922 in TIME_WAIT)',
  });
  expect(checkSourcePorts(facts, need({ chargers: 14_000 })).level).toBe('ok');
});
