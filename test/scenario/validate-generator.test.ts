import { expect, test } from 'vitest';
import type { Mistakes } from '../../src/scenario/mistakes.ts';
import { checkGenerator } from '../../src/scenario/validate-generator.ts';

function mistakesIn(value: unknown): Mistakes {
  const mistakes: Mistakes = [];
  checkGenerator(mistakes, 'generator', value);
  return mistakes;
}

test('what is allowed', () => {
  expect(mistakesIn({})).toEqual([]);
  expect(
    mistakesIn({
      strict: true,
      limits: {
        ...{ lateness: { degraded: '2ms', invalid: '2ms' }, loopDelay: { invalid: '1s' } },
        ...{ steal: { degraded: 0, invalid: 1 }, memory: { degraded: 1e9 }, gaps: {} },
      },
      tolerated: { share: 0, time: '0s' },
      shortest: '10s',
    }),
  ).toEqual([]);
});

test.each<[unknown, string, string]>([
  [{ strict: 'yes' }, 'generator.strict must be true or false', 'allowed: true, false'],
  [{ limit: {} }, 'generator.limit is not an option of generator', 'did you mean `limits`?'],
  [{ limits: { latness: {} } }, 'generator.limits.latness is not', 'did you mean `lateness`?'],
  [{ limits: { lostWorker: {} } }, 'generator.limits.lostWorker is not an option', 'limits takes'],
  [{ limits: { lateness: { degraded: 5 } } }, 'lateness.degraded must be a duration', "'5ms'"],
  [{ limits: { steal: { invalid: '30 %' } } }, 'steal.invalid must be a number', '0.3'],
  [{ limits: { gc: 0.1 } }, 'generator.limits.gc must be an object', 'degraded, invalid'],
  [{ limits: { memory: { degraded: '1GB' } } }, 'memory.degraded must be a number', 'a number'],
  [
    { limits: { lateness: { degraded: '50ms' } } },
    'generator.limits.lateness has its levels the wrong way round',
    "invalid must be at least degraded; the defaults are { degraded: '5ms', invalid: '25ms' }",
  ],
  [
    { limits: { memory: { invalid: 300e6 } } },
    'generator.limits.memory has its levels the wrong way round',
    'invalid must be at most degraded; the defaults are { degraded: 256000000',
  ],
  [{ tolerated: { time: 2 } }, 'generator.tolerated.time must be a duration', "'2s'"],
  [{ shortest: -1 }, 'generator.shortest must be a duration', 'the unit is missing'],
])('%j', (value, message, hint) => {
  const [mistake] = mistakesIn(value);
  expect(mistake.message).toContain(message);
  expect(mistake.hint).toContain(hint);
});
