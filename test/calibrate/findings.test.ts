import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { HDR_SLOTS, hdrIndex } from '../../src/snapshot/hdr.ts';
import {
  CallCounterIndex,
  callCounterBase,
  callHistogram,
  STAGE_STEADY,
} from '../../src/snapshot/layout.ts';
import { emptySnapshot, type Snapshot } from '../../src/snapshot/snapshot.ts';
import { addCall, type CallLog, emptyLog } from './call-log.ts';
import { casesWith, LOADS } from './cases.ts';
import { findingsOf } from './findings.ts';
import { isOver } from './table.ts';
import type { Trial } from './trial.ts';

const COUNT = 1_000;
const cases = casesWith({ everyMs: 10_000, forMs: 1_000 });

/** One charger, periodic CALLs; `serviceMs(n)` until the answer, all seen `laterMs` later. */
function logOf(serviceMs: (n: number) => number, laterMs = 0, everyMs = 100): CallLog {
  const log = emptyLog();
  for (let n = 0; n < COUNT; n++) {
    const callNs = n * everyMs * 1e6 + laterMs * 1e6;
    const row = addCall(log, 40_000, 100 + n, callNs);
    log.answerNs[row] = callNs + serviceMs(n) * 1e6;
  }
  return log;
}

/** All of them in the steady stage; response is service, for each CALL is sent when it is due. */
function snapshotOf(serviceMs: (n: number) => number, answered = COUNT): Snapshot {
  const snapshot = emptySnapshot(1);
  const base = callCounterBase(STAGE_STEADY, ActionIndexOf.Heartbeat);
  snapshot.counters[base + CallCounterIndex.sent] = COUNT;
  snapshot.counters[base + CallCounterIndex.answered] = answered;
  for (const latency of ['service', 'response'] as const) {
    const slots = new Float64Array(HDR_SLOTS);
    for (let n = 0; n < COUNT; n++) slots[hdrIndex(serviceMs(n) * 1000)]++;
    snapshot.histograms[callHistogram(STAGE_STEADY, ActionIndexOf.Heartbeat, latency)] = slots;
  }
  return snapshot;
}

const applied = (n: number) => (n % 50 === 0 ? 80 : 50);

function findings(changes: Partial<Trial>, name = 'constant') {
  const trial: Trial = {
    ...{ snapshot: snapshotOf(applied), trust: 'VALID', cpuShare: 0.1 },
    ...{ steadyNs: [0, COUNT * 100e6], truth: logOf(applied) },
    ...{ wire: null, capture: null },
    ...changes,
  };
  return findingsOf({ case: cases[name], load: LOADS[0], callsPerS: 10 }, trial);
}

const wireOf = (log: CallLog): Trial['wire'] => ({
  ...{ log, connections: 1, gaps: 0, unreadable: 0 },
  pcap: { packets: 2 * COUNT, cut: 0, isTruncated: false },
});
const capture = { captured: 2 * COUNT, dropped: 0 };

describe('findingsOf', () => {
  test('what is reported right is within its limits', () => {
    const found = findings({ wire: wireOf(logOf(applied, 3)), capture });
    expect(found.problems).toEqual([]);
    expect(found.rows.map(({ latency, witness }) => `${latency} ${witness}`)).toEqual([
      ...['service target', 'service wire', 'response target', 'response wire'],
    ]);
    for (const { samples, p50, p99, max } of found.rows) {
      expect(samples).toBe(COUNT);
      expect([p50.truth, p99.truth, max.truth]).toEqual([50, 80, 80]);
      // 2 % of 50 ms.
      expect(p50).toMatchObject({ limit: 1, isOver: false, theory: 50 });
      expect(p99).toMatchObject({ limit: 1.6, isOver: false });
    }
    expect(found.wire).toMatchObject({ pairs: COUNT, wireLessTarget: { p50: 0, max: 0 } });
    expect(isOver(found)).toBe(false);
  });

  test('what is reported wrong is over', () => {
    const found = findings({ snapshot: snapshotOf((n) => applied(n) + 1.5) });
    expect(found.rows.map(({ p50, p99 }) => [p50.isOver, p99.isOver])).toEqual([
      [true, false],
      [true, false],
    ]);
    expect(isOver(found)).toBe(true);
  });

  test('a percentile that nobody measured is over', () => {
    const found = findings({ truth: emptyLog() });
    expect(found.rows.every(({ p50 }) => p50.isOver)).toBe(true);
  });

  test('how the wire differs is told CALL by CALL', () => {
    const slower = (n: number) => applied(n) + (n < 10 ? 4 : 0.25);
    const { wire } = findings({ wire: wireOf(logOf(slower)), capture });
    expect(wire?.wireLessTarget.p50).toBeCloseTo(0.25);
    expect(wire?.wireLessTarget.max).toBeCloseTo(4);
    expect(wire?.oursLessWire.p50).toBeCloseTo(-0.25, 1);
  });

  test('a stall must be seen at its full size, and at its share', () => {
    const stalled = (n: number) => (n % 100 < 5 ? 1_000 : 5);
    const short = (n: number) => (n % 100 < 5 ? 900 : 5);
    const truth = logOf(stalled, 0, cases['stall'].intervalMs);
    const right = findings({ truth, snapshot: snapshotOf(stalled) }, 'stall').stall;
    expect(right).toMatchObject({ longest: { isOver: false }, response: { isOver: false } });
    expect(right?.response.ours).toBeCloseTo(0.05);
    const tooShort = findings({ truth, snapshot: snapshotOf(short) }, 'stall').stall;
    expect(tooShort?.longest.isOver).toBe(true);
    const never = findings({ truth, snapshot: snapshotOf(() => 5) }, 'stall').stall;
    expect(never).toMatchObject({ longest: { isOver: true }, response: { ours: 0, isOver: true } });
  });

  test('witnesses who have not seen everything are named', () => {
    const lost = logOf(applied);
    lost.count--;
    const partly = logOf((n) => (n === 3 ? Number.NaN : applied(n)));
    expect(findings({ snapshot: snapshotOf(applied, COUNT - 1) }).problems).toEqual([
      'CALLs answered: 999 of 1000',
    ]);
    expect(findings({ truth: partly }).problems).toEqual([
      'CALLs that the target answered: 999 of 1000',
    ]);
    expect(findings({ wire: wireOf(lost), capture: { captured: 1, dropped: 2 } }).problems).toEqual(
      [
        'packets not captured: 2',
        'CALLs on the wire: 999 of 1000',
        'answers on the wire: 999 of 1000',
        'CALLs of both the target and the wire: 999 of 1000',
      ],
    );
  });
});
