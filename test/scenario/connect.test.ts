import { expect, test } from 'vitest';
import {
  allAtOnce,
  csv,
  exponential,
  fixed,
  fullJitter,
  immediate,
  none,
  ramp,
  rate,
  stages,
} from '../../src/scenario/connect.ts';

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
  expect(fixed({ delay: '30s', jitter: '5s' })).toEqual({
    reconnect: 'fixed',
    delay: '30s',
    jitter: '5s',
  });
  expect(exponential({ base: '1s', max: '5m', factor: 3 })).toEqual({
    reconnect: 'exponential',
    base: '1s',
    max: '5m',
    factor: 3,
  });
  expect(immediate()).toEqual({ reconnect: 'immediate' });
  expect(immediate({ attempts: 5 })).toEqual({ reconnect: 'immediate', attempts: 5 });
  expect(none()).toEqual({ reconnect: 'none' });
  expect(csv('chargers.csv')).toEqual({ csv: 'chargers.csv' });
});
