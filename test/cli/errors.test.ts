import { describe, expect, test } from 'vitest';
import { InternalError } from '../../src/base/assert.ts';
import { UserError } from '../../src/base/errors.ts';
import { noteText, reportError } from '../../src/cli/errors.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { expectGolden } from '../report/golden.ts';

describe('reportError', () => {
  test('golden: a mistake', () => {
    const hint =
      "connect: ramp({ ovr: '20s' })\n" +
      '                ^^^ did you mean `over`?  ramp takes: over, shape, jitter';
    const error = new UserError('nightly.ts: fleets[0].connect.ovr is not an option', hint);
    const { text, exitCode } = reportError(error, 'nothing was started.', PLAIN_LOOK);
    expectGolden('error.txt', text);
    expect(exitCode).toBe(104);
  });

  test('keeps the exit code of the error', () => {
    const error = new UserError('too few descriptors', '', 122);
    const { text, exitCode } = reportError(error, 'nothing was started.', PLAIN_LOOK);
    expect(exitCode).toBe(122);
    expect(text).toMatch(/nothing was started\. +exit 122\n$/);
  });

  test('wraps the message, never the hint', () => {
    const error = new UserError('word '.repeat(20), `${'x '.repeat(40)}\n^`);
    const lines = reportError(error, '', { width: 50, color: false }).text.split('\n');
    expect(lines[0].length).toBeLessThanOrEqual(50);
    expect(lines).toContain(`      ${'x '.repeat(40)}`);
    expect(lines).toContain('      ^');
  });

  test('shows neither credentials nor control characters', () => {
    const error = new UserError('cannot use wss://u:secret@h/x', 'the target said \u001b[2Jno');
    const { text } = reportError(error, '', PLAIN_LOOK);
    expect(text).toContain('wss://h/x');
    expect(text).toContain('said no');
    expect(text).not.toContain('secret');
  });

  test.each([
    ['a broken invariant', new InternalError('charger 7, seed 1')],
    ['a bug', new TypeError('x is not a function')],
    ['something thrown that is no error', 'text'],
  ])('%s is our fault: a stack and exit 109', (_name, error) => {
    const { text, exitCode } = reportError(error, '', PLAIN_LOOK);
    expect(exitCode).toBe(109);
    expect(text).toContain('a fault of ocpp-load');
    if (error instanceof Error) expect(text).toMatch(/ {4}at .*errors\.test\.ts/);
  });
});

test('noteText is one note', () => {
  expect(noteText('mind\nthis', PLAIN_LOOK)).toBe('  note: mind this\n');
});
