import { describe, expect, test } from 'vitest';
import { ActionIndexOf } from '../../src/ocpp/actions.ts';
import { readResult } from '../../src/result/reader.ts';
import { isIn, partOf, valuesOf } from '../../src/result/select.ts';
import { RunCounterOffset } from '../../src/snapshot/layout.ts';
import { callCounts, runCounter } from '../../src/snapshot/snapshot.ts';
import { busySeconds, fixtureFooter, fixtureHeader, repeated, resultBytes } from './fixtures.ts';

const seconds = busySeconds(4, 30);
const result = readResult(resultBytes(seconds), 'run.olr');
const all = { fromS: 0, toS: Number.POSITIVE_INFINITY };
const bytesSent = (interval: (typeof seconds)[number]) => {
  const { counterPlaces, counterChanges } = interval.delta;
  return counterChanges[counterPlaces.indexOf(RunCounterOffset.bytesSent)];
};

describe('a part of a run', () => {
  test('is the sum of its seconds', () => {
    const part = partOf(result, { fromS: 1, toS: 3 }, {})!;
    expect(part).toMatchObject({ intervals: 2, window: { fromS: seconds[1].fromS } });
    expect(part.steadyS).toBeCloseTo(2);
    const sent = bytesSent(seconds[1]) + bytesSent(seconds[2]);
    expect(runCounter(part.snapshot, 'bytesSent')).toBe(sent);
  });

  test('has the seconds of the steady stage that the clock says', () => {
    const footer = fixtureFooter({ rampS: 1, warmupS: 0.5, steadyS: 2.1 });
    const run = readResult(resultBytes(seconds, fixtureHeader(), footer), 'run.olr');
    const steadyS = (fromS: number, toS: number) => partOf(run, { fromS, toS }, {})?.steadyS;
    expect(steadyS(0, 4)).toBeCloseTo(2.1);
    expect(steadyS(1, 2)).toBeCloseTo(0.5);
    expect(steadyS(1.2, 3)).toBeCloseTo(1.5);
    expect(steadyS(3, 9)).toBeCloseTo(0.6);
    expect(steadyS(0, 1)).toBe(0);
    const killed = readResult(resultBytes(repeated(seconds, 130), fixtureHeader(), null), 'k.olr');
    expect(partOf(killed, { fromS: 0, toS: 2 }, {})?.steadyS).toBeCloseTo(1);
  });

  test('knows what was asked for, up to the end of the run', () => {
    const part = partOf(result, { fromS: 1.3, toS: Number.POSITIVE_INFINITY }, {});
    expect(part?.asked).toEqual({ fromS: 1.3, toS: seconds[3].toS });
    expect(part?.window.fromS).toBe(seconds[1].fromS);
  });

  test('has only the CALLs that fit every label', () => {
    const where = { action: ['Authorize', 'Heartbeat'], stage: ['steady'], fleet: ['car-park'] };
    const { snapshot } = partOf(result, all, where)!;
    const of = (name: 'Authorize' | 'MeterValues') =>
      callCounts(snapshot, 'whole', ActionIndexOf[name]).sent;
    expect([of('Authorize'), of('MeterValues')]).toEqual([12, 0]);
    expect(runCounter(snapshot, 'bytesSent')).toBe(0);
    const other = partOf(result, all, { ...where, stage: ['other'] })!;
    expect(callCounts(other.snapshot, 'whole').sent).toBe(0);
  });

  test('outside of the run is none', () => {
    expect(partOf(result, { fromS: 9, toS: 10 }, {})).toBe(null);
  });
});

test('a second that ends a little late is where its middle is', () => {
  const late = { ...seconds[0], fromS: 1.04, toS: 2.05 };
  expect(isIn({ fromS: 1, toS: 2 }, late)).toBe(true);
  expect(isIn({ fromS: 2, toS: 3 }, late)).toBe(false);
});

test('labels have the values that the run has', () => {
  const header = fixtureHeader();
  expect(valuesOf('fleet', header)).toEqual(['car-park']);
  expect(valuesOf('stage', header)).toEqual(['other', 'steady']);
  expect(valuesOf('action', header)).toContain('Authorize');
});
