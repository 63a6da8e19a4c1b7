import { expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { callHistogram, STAGE_OTHER, STAGE_STEADY } from '../../src/snapshot/layout.ts';
import { callLatency, readSnapshot } from '../../src/snapshot/snapshot.ts';
import { curvesOf } from '../../src/view/curve.ts';
import { addCalls, emptyMemory, put } from '../snapshot/memories.ts';

test('rises to the maximum, by the percentiles of the steady stage', () => {
  const memory = emptyMemory();
  addCalls(memory, STAGE_OTHER, 'BootNotification', { sent: 9, answered: 9 });
  for (let us = 100; us <= 100_000; us += 100) {
    put(memory, callHistogram(STAGE_STEADY, ActionIndexOf.Heartbeat, 'service'), us);
  }
  const snapshot = readSnapshot([memory]);
  const curves = curvesOf(snapshot);
  expect(curves.map(({ action }) => action)).toEqual(['all', 'Heartbeat']);
  const [{ service, response }] = curves;
  expect(response).toEqual([]);
  const pairs = Array.from({ length: service.length / 2 }, (_, i) =>
    service.slice(2 * i, 2 * i + 2),
  );
  expect(pairs.slice(0, 1)).toEqual([[0, 0.1]]);
  const hdr = callLatency(snapshot, 'service', 'steady');
  for (const percentile of [90, 99, 99.9, 100]) {
    const [, ms] = pairs.find(([at]) => at === percentile) ?? [];
    expect(ms, String(percentile)).toBe(hdr.getValueAtPercentile(percentile) / 1000);
  }
  // A thousand values: beyond 99.9 there is only the last of them.
  expect(pairs.slice(-2).map(([at]) => at)).toEqual([99.9, 100]);
});
