import { describe, expect, test } from 'vitest';
import { gathering } from '../../src/coordinator/gather.ts';
import type { Announcement, ShareRecord } from '../../src/share/records.ts';

const RUN = { runId: 'night', shares: 2 };

const agent = (name: string, changes: Partial<Announcement> = {}): Announcement => ({
  ...{ agent: name, protocol: 1, tool: '1.0.0', instance: 'x', capacity: 100, chargers: 0 },
  ...{ processors: 2, labels: { zone: 'a' }, holds: [], refuses: [] },
  ...changes,
});

const held = (name: string, epoch = 1): ShareRecord => ({
  ...{ state: 'held', agent: name, epoch, renewals: 0 },
});
const free = (epoch = 1): ShareRecord => ({ state: 'offered', agent: null, epoch, renewals: 0 });

describe('shares', () => {
  test('are gathered when each has an agent that is ready under its present name and epoch', () => {
    const gather = gathering(RUN);
    gather.entry(0, held('a'));
    gather.ready({ share: 0, epoch: 1, agent: 'a' });
    expect(gather.holders()).toBeNull();
    gather.entry(1, held('b', 3));
    gather.ready({ share: 1, epoch: 2, agent: 'b' });
    expect(gather.holders()).toBeNull();
    gather.ready({ share: 1, epoch: 3, agent: 'b' });
    expect(gather.holders()).toEqual([
      { share: 0, epoch: 1, agent: 'a' },
      { share: 1, epoch: 3, agent: 'b' },
    ]);
    gather.entry(0, free(2));
    expect(gather.holders()).toBeNull();
    expect(gather.lacking()).toEqual({ free: [0], slow: [] });
  });
});

describe('agents of one name', () => {
  const told = (...instances: string[]) => {
    const gather = gathering(RUN);
    return instances.flatMap((instance) => gather.announced(agent('twin', { instance })));
  };

  test('are told once, however many they are', () => {
    const said = ['two agents are called twin: give each its own --name'];
    expect(told('x', 'y', 'x', 'y', 'x')).toEqual(said);
    expect(told('x', 'x', 'y', 'y', 'z', 'x', 'y', 'z')).toEqual(said);
  });

  test('one that was started again is one', () => {
    expect(told('x', 'x', 'y', 'y', 'z')).toEqual([]);
  });

  test('one that was started again has refused nothing yet', () => {
    const gather = gathering(RUN);
    gather.announced(agent('a'));
    gather.refused({ share: 0, epoch: 1, agent: 'a' }, { message: 'no', hint: '' });
    gather.announced(agent('a'));
    expect(gather.without()).toMatchObject([{ refusal: { message: 'no' } }]);
    gather.announced(agent('a', { instance: 'y' }));
    expect(gather.without()).toMatchObject([{ refusal: null }]);
  });
});

test('an agent that announces that it refuses the run is told once; of other runs never', () => {
  const gather = gathering(RUN);
  const refuses = (runId: string) => [{ runId, message: 'not trusted\x1b[31m', hint: 'trust it' }];
  expect(gather.announced(agent('a', { refuses: refuses('other') }))).toEqual([]);
  const announced = agent('a', { refuses: [...refuses('other'), ...refuses('night')] });
  expect(gather.announced(announced)).toEqual(['agent a refuses the run: not trusted']);
  expect(gather.announced(announced)).toEqual([]);
});
