import { describe, expect, test } from 'vitest';
import { gathering, gatherProblem } from '../../src/coordinator/gather.ts';
import type { Announcement, Offer, ShareRecord } from '../../src/share/records.ts';

const OFFER: Offer = { runId: 'night', tool: '1.2.0', chargers: 50, labels: { zone: 'a' } };

const agent = (name: string, changes: Partial<Announcement> = {}): Announcement => ({
  ...{ agent: name, protocol: 1, tool: '1.0.0', instance: 'x', capacity: 100, chargers: 0 },
  ...{ processors: 2, labels: { zone: 'a' }, holds: [] },
  ...changes,
});

const held = (name: string, epoch = 1): ShareRecord => ({
  ...{ state: 'held', agent: name, epoch, renewals: 0 },
});
const free = (epoch = 1): ShareRecord => ({ state: 'offered', agent: null, epoch, renewals: 0 });

describe('shares', () => {
  test('are gathered when each has an agent that is ready under its present name and epoch', () => {
    const gather = gathering(2);
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

describe('who is missing', () => {
  test('is told with the reason of each agent', () => {
    const gather = gathering(3);
    gather.entry(0, held('a'));
    for (const each of [
      agent('a'),
      agent('b', { labels: {} }),
      agent('c', { tool: '2.0.0' }),
      agent('d', { chargers: 60 }),
      agent('e'),
    ]) {
      gather.announced(each);
    }
    gather.refused({ share: 1, epoch: 1, agent: 'e' }, 'CSMS_URL is not set');
    const { message, hint } = gatherProblem(gather, OFFER, 30_000, 3);
    expect(message).toBe('1 of 3 shares have an agent after 30s');
    expect(hint.split('\n')).toEqual([
      'agent b: lacks the label zone=a',
      'agent c: is version 2.0.0, this is 1.2.0',
      'agent d: has room for 40 of 50 chargers',
      'agent e: CSMS_URL is not set',
      'start more with `ocpp-load agent --nats URL`, or lower --agents to 1',
    ]);
  });

  test('nobody at all', () => {
    const { hint } = gatherProblem(gathering(1), OFFER, 30_000, 1);
    expect(hint).toContain('no agent was heard at all');
  });

  test('those that do not get ready', () => {
    const gather = gathering(1);
    gather.entry(0, held('a'));
    expect(gatherProblem(gather, OFFER, 60_000, 1).message).toBe(
      '1 of 1 shares are not ready after 1m: 1 at agent a',
    );
  });
});
