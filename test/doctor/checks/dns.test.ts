import { expect, test } from 'vitest';
import { checkDns } from '../../../src/doctor/checks/dns.ts';
import { failed, target } from '../fixture.ts';

test('an address needs no look-up', () => expect(checkDns(target({ dns: null }))).toEqual([]));

test('a name that is known', () => {
  const one = target();
  const two = target({ dns: { addresses: ['10.0.0.5', '::5'], ms: 1.2 } });
  expect(checkDns(one)[0]).toMatchObject({
    level: 'ok',
    text: 'csms.example is 10.0.0.5 (1.2 ms)',
  });
  expect(checkDns(two)[0].text).toContain('10.0.0.5, the first of 2 addresses');
});

test('a name that is not', () => {
  const [finding] = checkDns(target({ dns: failed('ENOTFOUND') }));
  expect(finding.level).toBe('problem');
  expect(finding.text).toBe("the host 'csms.example' is not known (ENOTFOUND)");
  expect(finding.fix).toContain('getent hosts csms.example');
});
