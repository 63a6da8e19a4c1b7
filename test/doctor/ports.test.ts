import { expect, test } from 'vitest';
import { ownPrograms, readFile } from '../../src/doctor/ports.ts';

test('a file is its text, one that is not there is null', () => {
  expect(readFile('package.json')).toContain('"ocpp-load"');
  expect(readFile('no/such/file')).toBe(null);
});

test('a program is what it wrote; one that fails or is not there is null', async () => {
  expect(await ownPrograms('echo', ['a', 'b'])).toBe('a b\n');
  expect(await ownPrograms('false', [])).toBe(null);
  expect(await ownPrograms('no-such-program-anywhere', [])).toBe(null);
});
