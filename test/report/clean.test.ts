import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanLines, cleanText, hideCredentials } from '../../src/report/clean.ts';

describe('cleanText', () => {
  test.each([
    ['plain text', 'plain text'],
    ['\u001b[31mred\u001b[0m', 'red'],
    ['\u001b]0;title\u0007', '0;title'],
    ['\u009b2Jgone', 'gone'],
    ['two\r\nlines\tand a tab', 'two lines and a tab'],
    ['a\u202egnp.exe', 'agnp.exe'],
    ['bell\u0007 nul\u0000 del\u007f', 'bell nul del'],
    ['µs, 充电, ✓', 'µs, 充电, ✓'],
    ['a ::error title=x::y, ::stop-commands::z', 'a : :error title=x::y, : :stop-commands::z'],
    ['ws://[::1]:9000 std::move', 'ws://[::1]:9000 std::move'],
  ])('%j becomes %j', (text, clean) => expect(cleanText(text)).toBe(clean));

  test('leaves no control character in any text', () => {
    const nasty = fc.string({ unit: 'binary', maxLength: 400 });
    fc.assert(
      fc.property(nasty, fc.integer({ min: 10, max: 100 }), (text, maxLength) => {
        const clean = cleanText(text, maxLength);
        expect(clean).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e]/u);
        expect(clean.length).toBeLessThanOrEqual(maxLength);
      }),
    );
  });

  test('does not cut a character in half', () => {
    expect(cleanText('ab😀cdefg', 6)).toBe('ab...');
  });
});

test('cleanLines keeps the lines of a stack', () => {
  expect(cleanLines('Error: \u001b[1mno\n    at x.ts:1:2')).toBe('Error: no\n    at x.ts:1:2');
});

describe('hideCredentials', () => {
  test.each([
    ['wss://user:secret@host/a/{id}', 'wss://host/a/{id}'],
    ['wss://user:s@cret@host:9000', 'wss://host:9000'],
    ['wss://host/ocpp?token=abc&x=1', 'wss://host/ocpp?token=***&x=1'],
    ["cannot reach 'ws://u:p@h/x' today", "cannot reach 'ws://h/x' today"],
    ['mail a@b.example or ws://h/a@b', 'mail a@b.example or ws://h/a@b'],
  ])('%s becomes %s', (text, hidden) => expect(hideCredentials(text)).toBe(hidden));

  test('hides any user part', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9%:._~!$&()*+,;=@-]{1,20}$/);
    fc.assert(
      fc.property(part, (user) => {
        expect(hideCredentials(`see wss://${user}@csms.example/{id} for`)).toBe(
          'see wss://csms.example/{id} for',
        );
      }),
    );
  });
});
