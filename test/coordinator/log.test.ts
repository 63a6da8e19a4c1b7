import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { resultOf } from '../../src/coordinator/ends.ts';
import { shareFacts } from '../../src/coordinator/facts.ts';
import { type LogListener, readLog } from '../../src/coordinator/log.ts';
import { COORDINATOR, encodeNote, type Note } from '../../src/coordinator/notes.ts';
import { verdictOf } from '../../src/coordinator/verdict.ts';
import type { Interval } from '../../src/series/interval.ts';
import type { ShareEnd, Up } from '../../src/share/up.ts';
import { encodeUp } from '../../src/share/up-codec.ts';
import { checkFates } from '../../src/snapshot/check-fates.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { callCounts } from '../../src/snapshot/snapshot.ts';
import type { Threshold } from '../../src/thresholds/types.ts';
import { fixtureHeader } from '../result/fixtures.ts';
import { ENDED, second } from './agent.ts';
import { PLAN } from './world.ts';

const OFFSET = { offsetMs: 1, roundTripMs: 2 };
const READY: Up = { type: 'ready', header: fixtureHeader({ chargerCount: 5 }), offset: OFFSET };
const seconds = (...intervals: Interval[]): Up => ({ type: 'intervals', intervals });
const ended = (changes: Partial<ShareEnd> = {}): Up => ({
  type: 'ended',
  end: { ...ENDED, ...changes },
});

/** A log that is read as it is written. */
function written(plan = PLAN) {
  const intervals: Interval[] = [];
  const events: string[] = [];
  const listener: LogListener = {
    ...{ here() {}, early() {}, begin() {}, ledger() {}, dropped() {} },
    ...{ hold() {}, part() {}, over() {} },
    interval: (interval) => void intervals.push(interval),
    event: ({ text }) => void events.push(text),
  };
  const reader = readLog(plan, 'me', listener);
  let sequence = 0;
  const take = (agent: string, data: Uint8Array) =>
    reader.take({ sequence: ++sequence, agent, data });
  return {
    ...{ intervals, events, reader, log: reader.log },
    note: (note: Note) => take(COORDINATOR, encodeNote(note)),
    raw: take,
    up: (agent: string, [share, epoch, number]: readonly number[], up: Up) =>
      take(agent, encodeUp({ share, epoch, sequence: number }, up)),
  };
}

/** Two agents, a share each, that have begun. */
function begun(plan = PLAN) {
  const world = written(plan);
  world.up('a', [0, 1, 0], READY);
  world.up('b', [1, 1, 0], READY);
  const holders = ['a', 'b'].map((agent, share) => ({ share, epoch: 1, agent }));
  world.note({ note: 'begin', atMs: 1_000, holders });
  return world;
}

describe('what is refused', () => {
  test('of a stranger, of an old epoch, after the end; all of it is counted', () => {
    const { up, note, log, intervals } = begun();
    up('x', [0, 1, 1], seconds(second(1, 0)));
    up('b', [0, 1, 1], seconds(second(1, 0)));
    expect(log.shares.strangers()).toBe(2);
    note({ note: 'lost', share: 1, epoch: 1, why: 'gone', atS: 3 });
    up('b', [1, 1, 1], seconds(second(2, 0), second(2, 1)));
    expect(shareFacts(log).map(({ refused, state }) => [refused, state])).toEqual([
      [0, 'running'],
      [2, 'lost'],
    ]);
    up('a', [0, 1, 1], seconds(second(1, 0)));
    expect(intervals).toEqual([second(1, 0)]);
  });

  test('a copy is neither counted nor refused', () => {
    const { up, log } = begun();
    for (let i = 0; i < 3; i++) up('a', [0, 1, 1], seconds(second(1, 0)));
    up('b', [1, 1, 1], seconds(second(2, 0)));
    expect(log.total).toEqual(sumOf([second(1, 0).delta, second(2, 0).delta], 1));
    expect(shareFacts(log).map(({ refused }) => refused)).toEqual([0, 0]);
  });

  test('what nobody can read', () => {
    const { raw, up, log, reader, events } = begun();
    raw('a', Buffer.from('nonsense'));
    raw(COORDINATOR, Buffer.from('nonsense'));
    expect(log.unreadable).toBe(2);
    up('x', [0, 1, 1], seconds(second(1, 0)));
    reader.finish();
    expect(events).toEqual(['refused: 1 second of strangers, 2 messages that nobody can read']);
  });
});

test('what is said before its time waits for it', () => {
  const { up, note, log } = begun();
  note({ note: 'lost', share: 1, epoch: 1, why: 'gone', atS: 3 });
  up('c', [1, 2, 0], READY);
  up('x', [1, 2, 1], seconds(second(9, 0)));
  up('c', [1, 2, 1], seconds(second(2, 0)));
  note({ note: 'holder', holder: { share: 1, epoch: 2, agent: 'c' } });
  up('a', [0, 1, 1], seconds(second(1, 0)));
  expect(log.total).toEqual(sumOf([second(1, 0).delta, second(2, 0).delta], 1));
  expect(log.shares.tenures.map(({ agent, state }) => [agent, state])).toEqual([
    ['a', 'running'],
    ['b', 'reassigned'],
    ['c', 'running'],
  ]);
  expect(log.shares.strangers()).toBe(1);
});

test('who says much before its time takes no room from others', () => {
  const world = written();
  const nonsense: Up = { type: 'event', event: { atS: 0, text: 'x' } };
  for (let i = 0; i < 5_000; i++) world.up('x', [0, 999, i], nonsense);
  world.up('a', [0, 1, 0], READY);
  world.note({ note: 'begin', atMs: 0, holders: [{ share: 0, epoch: 1, agent: 'a' }] });
  world.up('a', [0, 1, 1], ended());
  expect(world.log.shares.current.get(0)).toMatchObject({ state: 'ended', header: { parts: 1 } });
});

test('who has other places cannot be added up, when a run is resumed', () => {
  const world = written();
  const header = fixtureHeader({ tool: '0.0.9' });
  const buckets = { ...header.layout.buckets, digits: 2 };
  const old = { ...header, layout: { ...header.layout, buckets } };
  world.up('a', [0, 1, 0], { type: 'ready', header: old, offset: OFFSET });
  const holders = [{ share: 0, epoch: 1, agent: 'a' }];
  expect(() => world.note({ note: 'begin', atMs: 0, holders })).toThrow('are ocpp-load 0.0.9');
});

test('an end holds only when all before it is there', () => {
  const { up, log } = begun();
  up('a', [0, 1, 2], ended());
  expect(log.shares.current.get(0)?.state).toBe('running');
  up('a', [0, 1, 1], seconds(second(1, 0)));
  expect(log.shares.current.get(0)?.state).toBe('ended');
});

describe('the end of a run', () => {
  const endOf = (policy: 'continue' | 'fail', ...changes: Partial<ShareEnd>[]) => {
    const { up, reader, log } = begun();
    changes.forEach((change, share) => {
      up('ab'[share], [share, 1, 1], ended(change));
    });
    for (const [share] of [[0], [1]]) {
      if (log.shares.current.get(share)?.state !== 'running') continue;
      reader.apply({ note: 'lost', share, epoch: 1, why: 'gone', atS: 3 });
    }
    reader.finish();
    return resultOf(PLAN, log, policy);
  };

  test.each([
    [[{}, {}], 'completed'],
    [[{ ending: 'gaveUp' }, { ending: 'gaveUp' }], 'gaveUp'],
    [[{ ending: 'gaveUp' }, {}], 'completed'],
    [[{ ending: 'interrupted' }, { ending: 'scriptError' }], 'scriptError'],
    [[{ ending: 'shardError' }, { ending: 'scriptError' }], 'shardError'],
  ] as const)('%j: %s', (changes, ending) => {
    expect(endOf('continue', ...changes).ending).toBe(ending);
  });

  test('with a lost share depends on the policy', () => {
    expect(endOf('continue', {})).toMatchObject({
      ending: 'completed',
      verdict: { trust: 'DEGRADED', findings: [{ cause: 'lostShare' }] },
    });
    const { ending, error } = endOf('fail', {});
    expect({ ending, message: error?.message }).toEqual({
      ending: 'shardError',
      message: 'share 2 was lost with agent b: gone',
    });
  });

  test('adds up what the generators cost, and takes the longest of each stage', () => {
    const result = endOf('continue', { steadyS: 9 }, { drainS: 4 });
    expect(result).toMatchObject({ steadyS: 9, drainS: 4, generator: { workers: 4, cpuUs: 2000 } });
  });

  test('of an agent that gave its share up is a loss, and no end of the run', () => {
    for (const why of [{ leaseLost: true }, { stopped: true }]) {
      const gaveUp = { ...why, ending: 'interrupted' } as const;
      const { shares, ending, verdict } = endOf('continue', {}, gaveUp);
      expect(shares.map(({ state }) => state)).toEqual(['ended', 'lost']);
      expect(ending).toBe('completed');
      expect(verdict.trust).toBe('DEGRADED');
      expect(endOf('fail', {}, gaveUp).ending).toBe('shardError');
    }
  });
});

test('a copy of a message, whenever it comes, counts once', () => {
  const sentIn = (copies: boolean) => {
    const { up, reader, log } = begun();
    const told = () => up('a', [0, 1, 1], seconds(second(1, 0)));
    told();
    if (copies) told();
    up('a', [0, 1, 2], seconds(second(1, 1, true)));
    if (copies) told();
    up('b', [1, 1, 1], seconds(second(2, 0), second(2, 1, true)));
    up('a', [0, 1, 3], ended());
    up('b', [1, 1, 2], ended());
    reader.finish();
    return callCounts(log.total, 'whole').sent;
  };
  expect(sentIn(false)).toBeGreaterThan(0);
  expect(sentIn(true)).toBe(sentIn(false));
});

test('what a lost share had open is unknown', () => {
  const { up, note, reader, log } = begun();
  up('a', [0, 1, 1], seconds(second(1, 0)));
  note({ note: 'lost', share: 0, epoch: 1, why: 'gone', atS: 1 });
  up('b', [1, 1, 1], seconds(second(2, 0), second(2, 1, true)));
  up('b', [1, 1, 2], ended());
  reader.finish();
  expect(callCounts(log.total, 'whole').unknown).toBeGreaterThan(0);
  expect(checkFates(log.total)).toEqual([]);
});

test('what a share that failed had open is unknown, once', () => {
  const { up, reader, log } = begun();
  up('a', [0, 1, 1], seconds(second(1, 0)));
  up('a', [0, 1, 2], ended({ ending: 'shardError', error: { message: 'boom', stack: '' } }));
  up('b', [1, 1, 1], seconds(second(2, 0), second(2, 1, true)));
  up('b', [1, 1, 2], ended());
  reader.finish();
  expect(checkFates(log.total)).toEqual([]);
  expect(callCounts(log.total, 'whole').unknown).toBe(3);
});

describe('the verdict', () => {
  test('names the agent, and begins with the worst', () => {
    const { up, log } = begun();
    const finding = { cause: 'steal', fromS: 1, toS: 2, text: 'robbed', fix: 'move' } as const;
    const told = (level: 'DEGRADED' | 'INVALID') =>
      ended({ verdict: { trust: level, findings: [{ ...finding, level }] } });
    up('a', [0, 1, 1], told('DEGRADED'));
    up('b', [1, 1, 1], told('INVALID'));
    const { trust, findings } = verdictOf(PLAN, log, shareFacts(log), 5);
    expect(trust).toBe('INVALID');
    expect(findings.map(({ text }) => text)).toEqual(['agent b: robbed', 'agent a: robbed']);
  });

  test('has nothing in it that moves a cursor, whoever wrote it', () => {
    const { up, log } = begun();
    const text = 'a\u001b[2Jb';
    const finding = {
      cause: 'steal',
      level: 'INVALID',
      fromS: 1,
      toS: 2,
      text,
      fix: text,
    } as const;
    up('a', [0, 1, 1], ended({ verdict: { trust: 'INVALID', findings: [finding] } }));
    const { findings } = verdictOf(PLAN, log, shareFacts(log), 5);
    expect(findings).toMatchObject([{ text: 'agent a: ab', fix: 'ab' }]);
  });

  test('is DEGRADED when many seconds came too late', () => {
    const { up, note, log } = begun();
    note({ note: 'close', index: 4 });
    up('a', [0, 1, 1], seconds(...[0, 1, 2, 3, 4].map((index) => second(1, index))));
    const { findings } = verdictOf(PLAN, log, shareFacts(log), 5);
    expect(findings).toMatchObject([
      { cause: 'missing', text: 'agent a delivered 5 of 5 s too late (limit 5 %)' },
    ]);
  });
});

test('a threshold with abortOnFail is looked at over all shares', () => {
  const threshold: Threshold = {
    ...{ selector: 'ocpp_calls', metric: 'ocpp_calls', labels: {}, expression: 'count<25' },
    statistic: { kind: 'count' },
    ...{ comparison: '<', limit: 25, windowNs: null, abortOnFail: true, delayAbortEvalNs: 0 },
  };
  const { up, log, events } = begun({ ...PLAN, thresholds: [threshold] });
  up('a', [0, 1, 1], seconds(second(1, 0), second(1, 1)));
  up('b', [1, 1, 1], seconds(second(2, 0)));
  expect(log.failedThreshold).toBe(false);
  up('b', [1, 1, 2], seconds(second(2, 1)));
  expect(log.failedThreshold).toBe(true);
  expect(events).toEqual(['ocpp_calls count<25 does not hold: the run ends']);
});

test('in whatever order messages come, the sums are the same', () => {
  const all = ['a', 'b'].flatMap((agent, share) => [
    ...[0, 1, 2].map((i) => ({
      agent,
      mark: [share, 1, i + 1],
      up: seconds(second(share + 1, i)),
    })),
    { agent, mark: [share, 1, 4], up: ended() },
  ]);
  fc.assert(
    fc.property(fc.shuffledSubarray([...all, ...all], { minLength: 16 }), (messages) => {
      const { up, log, reader } = begun();
      for (const { agent, mark, up: what } of messages) up(agent, mark, what);
      reader.finish();
      expect(log.total).toEqual(
        sumOf(
          [1, 2].flatMap((seed) => [0, 1, 2].map((i) => second(seed, i).delta)),
          1,
        ),
      );
    }),
    { numRuns: 30 },
  );
});
