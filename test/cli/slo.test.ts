import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/base/errors.ts';
import { parseSlos } from '../../src/cli/slo.ts';

const FLEETS = ['city', 'depot'];
const errorOf = (texts: readonly string[]): UserError => {
  try {
    parseSlos(texts, FLEETS);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${texts} is taken`);
};

test('thresholds, as a scenario has them; those of one metric together', () => {
  const texts = [
    'ocpp_call_duration{action:Authorize,fleet:city}: p(99)<500',
    'ocpp_call_failed:rate<0.001',
    ' ocpp_call_failed : rate<=0.01 ',
  ];
  expect(parseSlos(texts, FLEETS)).toEqual({
    'ocpp_call_duration{action:Authorize,fleet:city}': ['p(99)<500'],
    ocpp_call_failed: ['rate<0.001', 'rate<=0.01'],
  });
});

describe('a mistake', () => {
  test('is pointed at in the text of the flag', () => {
    const { message, hint } = errorOf(['ocpp_call_duration{action:Autorize}: p(99)<500']);
    expect(message).toBe('capacity: --slo has an unknown action');
    expect(hint.split('\n')[0]).toBe("'ocpp_call_duration{action:Autorize}: p(99)<500'");
    expect(hint.split('\n')[1]).toBe(`${' '.repeat(27)}^^^^^^^^ did you mean \`Authorize\`?`);
    const late = errorOf(['ocpp_call_failed: rate<5%']);
    expect(late.hint.split('\n')[1].indexOf('^')).toBe("'ocpp_call_failed: rate<".length);
  });

  test('all are told', () => {
    const { message, hint } = errorOf(['ocpp_call_faild: rate<1', 'ocpp_call_duration: p99<5']);
    expect(message).toBe('capacity: 2 mistakes');
    expect(hint).toMatch('ocpp_call_failed');
    expect(hint).toMatch('p(99)');
  });

  test.each(['p(99)<500', '', 'ocpp_call_failed', 'ocpp_call_duration{action:Authorize p(99)<5'])(
    '%j is no SLO',
    (text) => {
      expect(errorOf([text]).message).toMatch(/^--slo cannot be |^capacity: /);
    },
  );

  test('nothing but a mistake of the user comes of any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseSlos([text], FLEETS);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
    );
  });
});
