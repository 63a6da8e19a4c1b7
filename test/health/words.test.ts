import { expect, test } from 'vitest';
import { about, megabytes, milliseconds, percent, seconds, whole } from '../../src/health/words.ts';

test.each([
  [whole(1_234_567.4), '1 234 567'],
  [percent(0.97), '97 %'],
  [percent(0.0996), '10 %'],
  [percent(0.00123), '0.12 %'],
  [percent(0), '0 %'],
  [milliseconds(38.4), '38 ms'],
  [milliseconds(5), '5 ms'],
  [milliseconds(0.512), '0.51 ms'],
  [seconds(2.04), '2 s'],
  [seconds(49.3), '49 s'],
  [megabytes(256e6), '256 MB'],
  [about(21_437), '21 000'],
  [about(4.26), '4'],
])('%s', (text, expected) => expect(text).toBe(expected));
