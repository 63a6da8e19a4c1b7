import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DELAY_FORMS, delaySampler, parseDelay } from '../../src/csms/delay.ts';
import type { DurationDistribution, EmbeddedDelay } from '../../src/scenario/types.ts';

const draws = (distribution: EmbeddedDelay, count = 20_000, seed = 1) => {
  const sample = delaySampler(distribution, seed);
  if (!sample) throw new Error('not a distribution');
  return Array.from({ length: count }, sample);
};
const mean = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
const median = (values: number[]) => values.toSorted((a, b) => a - b)[values.length >> 1];

describe('parseDelay', () => {
  test('reads every form that the help text shows', () => {
    const forms = DELAY_FORMS.split(', ').map(parseDelay);
    expect(forms).toEqual([
      '5ms',
      { exponential: '5ms' },
      { uniform: ['1ms', '9ms'] },
      { lognormal: { median: '20ms', sigma: 0.5 } },
      { normal: { mean: '20ms', sd: '4ms' } },
    ]);
    for (const form of forms) expect(delaySampler(form as DurationDistribution, 1)).toBeDefined();
  });

  test.each([
    ...['', '5', 'ms', ':', 'exponential', 'exponential:5', 'exponential:5ms:6ms', 'uniform:1ms'],
    ...['uniform:9ms:1ms', 'uniform:1ms:x', 'lognormal:1ms', 'lognormal:1ms:1s', 'gauss:1ms:1ms'],
    ...['lognormal:1ms:-1', 'lognormal:1ms:', '5ms:', 'normal:1ms:2', '-5ms'],
  ])('refuses %j', (text) => expect(parseDelay(text)).toBeUndefined());

  test('any text gives nothing or a distribution that can be drawn from', () => {
    const words = fc.constantFrom(
      'exponential',
      'uniform',
      'lognormal',
      'normal',
      '1ms',
      '2s',
      '3',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words).map((parts) => parts.join(':')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const parsed = parseDelay(any);
        if (parsed !== undefined) expect(delaySampler(parsed, 1)?.()).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

describe('delaySampler', () => {
  test('a constant is what it says', () => expect(draws('2.5ms', 2)).toEqual([2.5, 2.5]));
  test('exponential has its mean', () => {
    expect(mean(draws({ exponential: '10ms' }))).toBeCloseTo(10, 0);
  });
  test('uniform stays in its range', () => {
    const values = draws({ uniform: ['2ms', '4ms'] });
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...values)).toBeLessThanOrEqual(4);
    expect(mean(values)).toBeCloseTo(3, 1);
  });
  test('lognormal has its median and spread', () => {
    const values = draws({ lognormal: { median: '20ms', sigma: 0.5 } });
    expect(median(values)).toBeCloseTo(20, 0);
    expect(mean(values)).toBeCloseTo(20 * Math.exp(0.125), 0);
  });
  test('normal has its mean and is cut at 0', () => {
    expect(mean(draws({ normal: { mean: '20ms', sd: '2ms' } }))).toBeCloseTo(20, 1);
    expect(Math.min(...draws({ normal: { mean: '1ms', sd: '5ms' } }))).toBe(0);
  });
  test('a mixture has its shares, of constants and of distributions', () => {
    const values = draws({
      mixture: [
        [0.9, '5ms'],
        [0.1, { uniform: ['200ms', '300ms'] }],
      ],
    });
    const slow = values.filter((value) => value !== 5);
    expect(slow.length / values.length).toBeCloseTo(0.1, 2);
    expect(Math.min(...slow)).toBeGreaterThanOrEqual(200);
    expect(mean(slow)).toBeCloseTo(250, -1);
  });
  test('the seed decides', () => {
    const of = (seed: number) => draws({ exponential: '5ms' }, 5, seed);
    expect(of(1)).toEqual(of(1));
    expect(of(1)).not.toEqual(of(2));
  });
  test.each([
    ['5' as never],
    [{ exponential: 'x' as never }],
    [{ uniform: ['2ms', '1ms'] }],
    [{ lognormal: { median: '1ms', sigma: -1 } }],
    [{ normal: { mean: '1ms', sd: '' as never } }],
    [{ mixture: [] }],
    [{ mixture: [[0.9, '5ms']] }],
    [{ mixture: [[1, '5' as never]] }],
  ] as EmbeddedDelay[][])('has nothing for %j', (distribution) => {
    expect(delaySampler(distribution, 1)).toBeUndefined();
  });
});
