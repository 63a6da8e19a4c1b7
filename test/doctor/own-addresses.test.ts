import { expect, test } from 'vitest';
import { foreignAddresses } from '../../src/doctor/own-addresses.ts';

test('all of 127.0.0.0/8 is here, addresses for documentation are nowhere', async () => {
  const asked = ['127.0.0.1', '127.200.3.4', '198.51.100.1', '2001:db8::1'];
  expect(await foreignAddresses(asked)).toEqual(['198.51.100.1', '2001:db8::1']);
  expect(await foreignAddresses([])).toEqual([]);
});
