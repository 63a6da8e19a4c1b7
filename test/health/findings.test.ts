import { expect, test } from 'vitest';
import { type EndFacts, findingsOf } from '../../src/health/findings.ts';
import { DEFAULT_LIMITS } from '../../src/health/limits.ts';
import {
  addSecond,
  countedIn,
  counterMap,
  emptyTally,
  type Second,
  type Tally,
} from '../../src/health/tally.ts';
import { secondsOf, type Told } from './seconds.ts';

const FACTS: EndFacts = {
  ...{ workers: 3, processors: 4, hasScripts: false, descriptorLimit: 5_060, steadyS: 60 },
  lostWorker: null,
};

function tallyOf(seconds: readonly Second[]): Tally {
  const tally = emptyTally();
  const map = counterMap(1);
  for (const each of seconds) {
    addSecond(tally, DEFAULT_LIMITS, each, countedIn(each.delta, map), true);
  }
  return tally;
}

test.each<[Told, string]>([
  [{ lateness: [[38.4, 1_000]] }, 'sends were late: p99 38 ms behind schedule (limit 25 ms)'],
  [{ loopDelay: [[20, 500]] }, 'workers woke up late: p99 20 ms (limit 10 ms)'],
  [{ health: { utilisation: [0.2, 0.97, 0.1] } }, 'worker 2 was busy 97 % for 60 s (limit 95 %)'],
  [
    { health: { utilisation: [0.99, 0.97, 0.96] } },
    'worker 1 and 2 more were busy 99 % for 60 s (limit 95 %)',
  ],
  [
    { health: { gcTotalMs: [0, 0, 150], gcMaxMs: [1, 2, 90.3] } },
    'worker 3 was collecting garbage 15 % for 60 s, 90 ms at the longest (limit 10 %)',
  ],
  [{ stalled: 20 }, 'the kernel did not take 1 200 writes at once, 2 % of all (limit 1 %)'],
  [
    { health: { stealShare: 0.14 } },
    'the host gave 14 % of the processor time to others (60 s long; limit 10 %)',
  ],
  [
    { health: { throttledMs: 250 } },
    'the control group was held back 25 % of the time (60 s long; limit 20 %)',
  ],
  [{ health: { clockStepMs: -250 } }, 'the wall clock was set by 250 ms (limit 100 ms)'],
  [{ health: { retransmits: 50 } }, 'TCP sent 3 000 segments again, 2.5 % of all (limit 1 %)'],
  [
    { health: { listenDrops: 2 }, connects: 1_000 },
    'this machine dropped 120 connections at a full listen queue, 0.2 % of its connects (limit 0.1 %)',
  ],
  [
    { noDescriptor: 1, connects: 1_000 },
    '60 connects found no file descriptor, 0.1 % of all (limit 0 %)',
  ],
  [{ noPort: 2 }, '120 connects found no source port, 20 % of all (limit 1 %)'],
  [
    { health: { availableMemoryBytes: 120e6 } },
    'memory ran short: 120 MB were left (limit 256 MB)',
  ],
])('%j', (told, text) => {
  const [finding] = findingsOf(tallyOf(secondsOf(60, () => told)), DEFAULT_LIMITS, FACTS);
  expect(finding).toMatchObject({ fromS: 0, toS: 60 });
  expect(finding.text).toBe(text);
});

test('a run without a steady stage has no rate to lower', () => {
  const [finding] = findingsOf(emptyTally(), DEFAULT_LIMITS, {
    ...{ ...FACTS, steadyS: 0, lostWorker: 'worker 1 of 3 ended with exit code 7' },
  });
  expect(finding).toMatchObject({
    ...{ cause: 'lostWorker', level: 'INVALID', fromS: 0, toS: 0 },
    text: 'a worker was lost: worker 1 of 3 ended with exit code 7',
  });
});
