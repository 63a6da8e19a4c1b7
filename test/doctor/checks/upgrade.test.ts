import { expect, test } from 'vitest';
import { checkUpgrade } from '../../../src/doctor/checks/upgrade.ts';
import { lived } from '../fixture.ts';

test('a charger that booted', () => {
  expect(checkUpgrade([lived()])).toMatchObject({
    level: 'ok',
    text: 'upgrade 2.1 ms, BootNotification accepted (3.4 ms)',
  });
});

test('one life of two is enough', () => {
  expect(checkUpgrade([lived({ booted: false }), lived()]).level).toBe('ok');
});

test('one that was let in, but not accepted', () => {
  const finding = checkUpgrade([lived({ booted: false })]);
  expect(finding.level).toBe('problem');
  expect(finding.text).toContain('not accepted');
  expect(finding.fix).toContain('ocpp-load identities');
});

test('one that was not let in: why, with the hint that fits', () => {
  const life = lived({ booted: false, failure: 'http401' });
  expect(checkUpgrade([life])).toMatchObject({
    level: 'problem',
    text: 'HTTP 401: the target refused the credentials',
    fix: expect.stringContaining('check identities.password'),
  });
  const { fix } = checkUpgrade([{ ...life, urlHasCredentials: true }]);
  expect(fix).toContain('user:password@ in --target is sent');
});
