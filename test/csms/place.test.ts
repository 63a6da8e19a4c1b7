import { expect, test } from 'vitest';
import { canSharePort } from '../../src/csms/place.ts';

test.each([
  ['linux', '24.21.0', true],
  ['linux', '23.1.0', true],
  ['linux', '23.0.9', false],
  ['linux', '22.18.0', false],
  ['darwin', '24.0.0', false],
])('on %s, Node %s: %s', (platform, version, can) => {
  expect(canSharePort(platform, version)).toBe(can);
});
