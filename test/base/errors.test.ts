import { expect, test } from 'vitest';
import { ExitCode, UserError } from '../../src/base/errors.ts';

test('a mistake of the user is a bad configuration unless said otherwise', () => {
  const error = new UserError('duration is missing');
  expect(error).toMatchObject({ name: 'UserError', message: 'duration is missing', hint: '' });
  expect(error.exitCode).toBe(ExitCode.badConfiguration);
  const preflight = new UserError('too many', 'fewer', ExitCode.preflight);
  expect(preflight).toMatchObject({ hint: 'fewer', exitCode: 122 });
});

test('every exit code has one meaning', () => {
  const codes = Object.values(ExitCode);
  expect(new Set(codes).size).toBe(codes.length);
  // From 126 on codes are the shell's own; 130 says what it says: ended by a signal.
  for (const code of codes) if (code !== ExitCode.leftAtOnce) expect(code).toBeLessThan(126);
});
