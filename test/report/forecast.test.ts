import { describe, expect, test } from 'vitest';
import {
  BIN_WIDTH,
  type BinColumn,
  BinColumnIndex,
  type Bins,
  binCount,
} from '../../src/forecast/bins.ts';
import { figuresOf } from '../../src/forecast/figures.ts';
import { type Forecast, forecastText } from '../../src/report/forecast.ts';
import { forecastCsv, forecastJson } from '../../src/report/forecast-files.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { fixturePlan } from './fixtures.ts';
import { expectGolden } from './golden.ts';

const HOUR = 3600;
const LENGTH_S = 4 * HOUR;
const plan = fixturePlan({
  stages: { rampNs: 60e9, warmupNs: 0, steadyNs: (LENGTH_S - 60) * 1e9, graceNs: 30e9 },
});
const outage = { fromNs: 2 * HOUR * 1e9, toNs: 2.5 * HOUR * 1e9 };

function fixtureBins(known = LENGTH_S): Bins {
  const rows = new Float64Array(binCount(LENGTH_S));
  const add = (second: number, counts: Partial<Record<BinColumn, number>>) => {
    if (second >= known) return;
    for (const [column, n] of Object.entries(counts)) {
      rows[second * BIN_WIDTH + BinColumnIndex[column as BinColumn]] += n;
    }
  };
  for (let s = 0; s < 60; s++) {
    add(s, { connects: 83, BootNotification: 83, StatusNotification: 84, connected: 83 });
  }
  for (let s = 60; s < LENGTH_S; s++) {
    if (s >= 2 * HOUR && s < 2.5 * HOUR) {
      add(s, { connects: 150, refused: 150, dropped: 80 });
      continue;
    }
    const values = s % 900 === 0 ? 900 : 4;
    add(s, {
      Heartbeat: 83,
      MeterValues: values,
      bytesUp: 12_000 + 300 * values,
      bytesDown: 5_000,
    });
    if (s % 10 === 0) add(s, { charging: s < 3 * HOUR ? 1 : -1, StartTransaction: 1 });
  }
  add(2 * HOUR, { cut: 4980, connected: -4980, lost: 3, queued: 2_000 });
  add(2.5 * HOUR + 20, { connected: 4980, connects: 4980, MeterValues: 2_000, queued: -2_000 });
  const rest = known < LENGTH_S ? null : rows.subarray(LENGTH_S * BIN_WIDTH);
  return { rows, seconds: known, rest };
}

function fixture(known?: number): Forecast {
  const bins = fixtureBins(known);
  return {
    plan,
    assumed: { latency: { kind: 'constant', meanNs: 20e6 }, bootIntervalS: 60, outage },
    bins,
    figures: figuresOf(bins, plan, outage),
    nodes: {
      ...{ headroom: 0.3, heldChargers: 2_000, heldCallsPerS: 60, ordinary: 4, storms: 6 },
      needs: [
        { by: 'chargers', load: 5_000, perNode: 2_000, nodes: 4 },
        { by: 'minute', load: 87.2, perNode: 60, nodes: 3 },
        { by: 'return', load: 223.1, perNode: 60, nodes: 6 },
      ],
      noRate: null,
      doubts: ["the capacity is that of ocpp-load's test double"],
    },
  };
}

describe('forecastText', () => {
  test('golden', () => expectGolden('forecast.txt', forecastText(fixture(), PLAIN_LOOK)));

  test('golden: interrupted', () => {
    const interrupted = { ...fixture(HOUR), nodes: null };
    expectGolden('forecast-interrupted.txt', forecastText(interrupted, PLAIN_LOOK));
  });

  test('why no rate counts is told below the nodes', () => {
    const { nodes, ...others } = fixture();
    const closed = { ...others, nodes: nodes && { ...nodes, noRate: 'the loop is closed' } };
    expect(forecastText(closed, PLAIN_LOOK)).toContain(
      '    By chargers alone: the loop is closed.\n',
    );
    expect(forecastText(fixture(), PLAIN_LOOK)).not.toContain('By chargers alone');
  });

  test.each([100, 80, 60, 40])('fits %d columns', (width) => {
    for (const line of forecastText(fixture(), { width, color: false }).split('\n')) {
      expect(line.length, line).toBeLessThanOrEqual(width);
    }
  });
});

test('forecastCsv: sums of counts, and levels at the end of an interval', () => {
  const [head, ...rows] = [...forecastCsv(fixtureBins(), HOUR)].map((row) => row.trim().split(','));
  expect(rows).toHaveLength(4);
  const cell = (row: number, name: string) => Number(rows[row][head.indexOf(name)]);
  expect(cell(0, 'BootNotification')).toBe(60 * 83);
  expect([cell(0, 'connected'), cell(2, 'connected')]).toEqual([4980, 4980]);
  expect(cell(2, 'refused')).toBe(1800 * 150);
  expect(cell(1, 'at_s')).toBe(HOUR);
  expect(cell(1, 'peak_calls_per_s')).toBe(983 + 1);
  expect(head).not.toContain('Authorize');
});

test('forecastJson is JSON without anything that it cannot say', () => {
  const text = forecastJson(fixture());
  const json = JSON.parse(text);
  expect(json.quarterHour).toMatchObject({ busiest: 0 });
  expect(json.minute.means).toHaveLength(60);
  expect(json.nodes.ordinary).toBe(4);
  expect(text).not.toMatch(/NaN|Infinity/);
});
