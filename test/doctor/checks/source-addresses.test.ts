import { expect, test } from 'vitest';
import { checkSourceAddresses } from '../../../src/doctor/checks/source-addresses.ts';

const check = (sources: string[], foreign: string[], targets: string[]) =>
  checkSourceAddresses({ sources, foreign, targets });

test('nothing is said where none are given', () => {
  expect(check([], [], ['10.0.0.1'])).toEqual([]);
});

test('addresses of this machine', () => {
  const [finding] = check(['10.0.0.5', '10.0.0.6'], [], ['10.0.0.1']);
  expect(finding).toMatchObject({ level: 'ok', text: '2 addresses' });
});

test('those of others are named', () => {
  const sources = ['10.0.0.5', '10.0.0.6', '10.0.0.7'];
  expect(check(sources, ['10.0.0.6', '10.0.0.7'], ['10.0.0.1'])).toMatchObject([
    {
      level: 'problem',
      text: '10.0.0.6 and 1 other: no address of this machine',
      fix: expect.stringContaining('sudo ip address add 10.0.0.6 dev'),
    },
  ]);
});

test.each([
  ['fd00::5', '10.0.0.1', 'one is IPv4, the other IPv6'],
  ['10.0.0.5', 'fd00::1', 'one is IPv4, the other IPv6'],
  ['127.0.0.2', '10.0.0.1', 'it reaches this machine only'],
])('%s does not reach %s', (source, target, says) => {
  const [finding] = check([source], [], [target]);
  expect(finding).toMatchObject({ level: 'problem', text: expect.stringContaining(says) });
});

test('loopback reaches loopback, and so does any address of this machine', () => {
  expect(check(['127.0.0.2', '10.0.0.5'], [], ['127.0.0.1'])[0].level).toBe('ok');
});
