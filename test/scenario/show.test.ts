import fc from 'fast-check';
import { expect, test } from 'vitest';
import { redactUrls, show } from '../../src/scenario/show.ts';

test('values look as a user would write them', () => {
  expect(show('30sec')).toBe("'30sec'");
  expect(show({ ovr: '20s', n: [1, 2] })).toBe("{ ovr: '20s', n: [1, 2] }");
  expect(show(undefined)).toBe('undefined');
  expect(show({})).toBe('{}');
  expect(show(function tonly48A() {})).toBe('tonly48A');
});

test('long values are cut, control characters do not come through', () => {
  expect(show('x'.repeat(500)).length).toBeLessThanOrEqual(48);
  expect(show('a\u001b[31mb\n')).toBe("'a[31mb'");
});

test('credentials of a URL never show, whatever they are', () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9:!$%]{1,20}$/).map((text) => `S3${text}`);
  fc.assert(
    fc.property(secret, (text) => {
      expect(show({ target: `wss://${text}@host/x` })).not.toContain(text);
      expect(redactUrls(`at ws://${text}@h and ws://${text}@i`)).toBe(
        'at ws://***@h and ws://***@i',
      );
    }),
  );
});
