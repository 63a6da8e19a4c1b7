import { expect, test } from 'vitest';
import { checkSite } from '../../src/doctor/site.ts';
import { failed, target } from './fixture.ts';

const checks = (facts = target()) => checkSite(facts, new Date(0)).map(({ check }) => check);

test('name, connection, handshake: as far as it went', () => {
  expect(checks()).toEqual(['dns', 'tcp', 'tls']);
  expect(checks(target({ tcp: failed('ECONNREFUSED'), tls: null }))).toEqual(['dns', 'tcp']);
  expect(checks(target({ dns: failed('ENOTFOUND'), tcp: null, tls: null }))).toEqual(['dns']);
});
