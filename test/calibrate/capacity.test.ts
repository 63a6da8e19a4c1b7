import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { hdrIndex } from '../../src/snapshot/hdr.ts';
import {
  CallCounterIndex,
  callCounterBase,
  STAGE_STEADY,
  stageHistogram,
} from '../../src/snapshot/layout.ts';
import { emptySnapshot } from '../../src/snapshot/snapshot.ts';
import { findCapacity, probeOf } from './capacity.ts';

describe('findCapacity', () => {
  const machine = (limitPerS: number) => (callsPerS: number) =>
    Promise.resolve({
      ...{ callsPerS, sentPerS: callsPerS, lateP99Ms: 1, fits: callsPerS <= limitPerS },
    });

  test.each([300, 4_000, 20_000, 55_000, 139_000])('of %d CALLs/s', async (limitPerS) => {
    const found = await findCapacity(machine(limitPerS));
    const { callsPerS = 0, probes = [] } = found ?? {};
    expect(callsPerS).toBeLessThanOrEqual(limitPerS);
    expect(callsPerS).toBeGreaterThan(0.88 * limitPerS);
    expect(probes.find((probe) => probe.callsPerS === callsPerS)?.fits).toBe(true);
  });

  test('ends where descriptors do', async () => {
    expect((await findCapacity(machine(1e9)))?.callsPerS).toBe(140_000);
  });

  test('gives up on a machine that can do nothing', async () => {
    expect(await findCapacity(machine(0))).toBeNull();
  });
});

describe('probeOf', () => {
  const probe = (sent: number, lateUs: number) => {
    const snapshot = emptySnapshot(1);
    const base = callCounterBase(STAGE_STEADY, ActionIndexOf.Heartbeat);
    snapshot.counters[base + CallCounterIndex.sent] = sent;
    const late = new Float64Array(28 * 1024);
    late[hdrIndex(lateUs)] = sent;
    snapshot.histograms[stageHistogram(STAGE_STEADY, 'lateness')] = late;
    return probeOf(1_000, { snapshot }, 4);
  };

  test('fits when everything was sent on time', () => {
    expect(probe(4_000, 900)).toMatchObject({ sentPerS: 1_000, fits: true });
    expect(probe(4_000, 900).lateP99Ms).toBeCloseTo(0.9);
  });
  test('does not when it was late, or not sent', () => {
    expect(probe(4_000, 5_100).fits).toBe(false);
    expect(probe(3_900, 900).fits).toBe(false);
  });
});
