import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isRefusal, isToken, newToken, parseAction } from '../../src/ui/control-request.ts';

test('a token is long, safe in a URL, of this run alone, and fits itself', () => {
  const [one, other] = [newToken(), newToken()];
  expect(one).toMatch(/^[\w-]{32}$/);
  expect([isToken(one, one), isToken(other, one), isToken('', one)]).toEqual([true, false, false]);
});

describe('an action', () => {
  test('is taken as it is', () => {
    for (const action of [
      { action: 'pauseArrivals' },
      { action: 'rate', factor: 2.5 },
      { action: 'drop', share: 1 },
      { action: 'stop' },
    ]) {
      expect(parseAction(JSON.stringify(action))).toEqual(action);
    }
  });

  test('that is anything else is refused in words, whatever it is', () => {
    const words = fc.constantFrom('stop', 'drop', 'rate', '__proto__', 'toString', 'x');
    const anything = fc.oneof(
      fc.json(),
      fc.string(),
      fc.record({ action: words, share: fc.jsonValue() }).map((value) => JSON.stringify(value)),
    );
    fc.assert(
      fc.property(anything, (body) => {
        const parsed = parseAction(body);
        if (isRefusal(parsed)) {
          expect(parsed).toMatchObject({
            status: 400,
            error: expect.stringMatching(/^.{1,200}$/s),
          });
          expect(parsed.hint).toContain('it takes');
        } else {
          // Only one with its number in range.
          expect(parsed.action).toBe('drop');
          const { share } = parsed as { share: number };
          expect(share > 0 && share <= 1).toBe(true);
        }
      }),
    );
  });
});
