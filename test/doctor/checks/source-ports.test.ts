import { describe, expect, test } from 'vitest';
import { checkSourcePorts } from '../../../src/doctor/checks/source-ports.ts';
import { machine, need } from '../fixture.ts';

const check = (chargers: number, changes: Parameters<typeof machine>[0] = {}) =>
  checkSourcePorts(machine(changes), need({ chargers }));

test('up to half of the range the system chooses, above that ocpp-load does', () => {
  expect(check(14_116)).toMatchObject({
    level: 'ok',
    text: '14 116 to one address and port, 64 511 at most',
  });
  expect(check(14_117)).toMatchObject({
    level: 'ok',
    text: '14 117 to one address and port, 64 511 at most; ocpp-load chooses them above 14 116',
  });
});

test('one more than there are cannot work: the numbers and the fix', () => {
  expect(check(64_511).level).toBe('ok');
  expect(check(100_000)).toEqual({
    check: 'source ports',
    level: 'problem',
    text: '100 000 to one address and port, 64 511 at most',
    fix: '--source-addresses with 2 addresses of this machine, more targets, or --chargers 64511',
  });
});

test('reserved ports are not there', () => {
  expect(check(64_500, { reservedPorts: [[2000, 2010]] })).toMatchObject({
    level: 'ok',
    text: '64 500 to one address and port, 64 500 at most; ocpp-load chooses them above 14 116',
  });
  expect(check(64_501, { reservedPorts: [[2000, 2010]] }).level).toBe('problem');
});

describe('source addresses', () => {
  const sources = ['10.0.0.5', '10.0.0.6'];
  const of = (chargers: number) =>
    checkSourcePorts(
      machine(),
      need({ chargers: chargers * 2, busiestPair: { chargers, sources } }),
    );
  test('each has its own', () => {
    expect(of(5000).text).toBe(
      '5 000 from one address to one address and port, 64 511 at most; ocpp-load chooses them',
    );
  });
  test('how many it takes', () => {
    expect(of(100_000).fix).toBe(
      '--source-addresses with 4 addresses of this machine, more targets, or --chargers 129022',
    );
  });
});

test('connections in TIME_WAIT are told, but nobody knows whose ports they hold', () => {
  const facts = machine({ timeWait: 13_922 });
  expect(checkSourcePorts(facts, null)).toMatchObject({
    level: 'ok',
    text: 'to one address and port 64 511 at most (13 922 in TIME_WAIT)',
  });
  expect(checkSourcePorts(facts, need({ chargers: 14_000 })).level).toBe('ok');
});
