import { expect, test } from 'vitest';
import { allAtOnce, csv, fullJitter, ramp, rate, stages } from '../../src/scenario/connect.ts';

test('profiles are plain data', () => {
  expect(ramp({ over: '20s', shape: 'accelerating', jitter: '1s' })).toEqual({
    profile: 'ramp',
    over: '20s',
    shape: 'accelerating',
    jitter: '1s',
  });
  expect(allAtOnce()).toEqual({ profile: 'allAtOnce' });
  expect(rate('20/s')).toEqual({ profile: 'rate', rate: '20/s' });
  const list = [{ duration: '1m', to: '10/s' }] as const;
  expect(stages(list)).toEqual({ profile: 'stages', stages: list });
  expect(fullJitter({ base: '1s', max: '9s' })).toEqual({
    reconnect: 'fullJitter',
    base: '1s',
    max: '9s',
  });
  expect(csv('chargers.csv')).toEqual({ csv: 'chargers.csv' });
});
