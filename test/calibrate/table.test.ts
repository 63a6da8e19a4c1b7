import { expect, test } from 'vitest';
import { expectGolden } from '../report/golden.ts';
import type { Figure, Findings } from './findings.ts';
import { findingsText, generatorText } from './table.ts';

const figure = (truth: number, ours: number, changes: Partial<Figure> = {}): Figure => ({
  ...{ truth, ours, limit: 0.3, theory: null, isOver: false, ...changes },
});

const found: Findings = {
  rows: [
    {
      ...{ case: 'constant', load: '10 %', target: 'embedded', callsPerS: 6_000 },
      ...{ samples: 60_012, latency: 'service', witness: 'wire' },
      p50: figure(50.2, 50.31, { theory: 50 }),
      p99: figure(151.04, 150, { isOver: true }),
      max: figure(160, 160, { limit: null }),
    },
  ],
  wire: {
    ...{ case: 'constant', load: '10 %', pairs: 60_012 },
    oursLessWire: { p50: 0.1, p90: 0.2, p99: -0.3, p999: 1, max: 12, mean: 0.11 },
    wireLessTarget: { p50: 0.05, p99: 0.5, max: 101.25 },
  },
  stall: {
    load: '10 %',
    longest: figure(1_003, 1_004, { theory: 1_000, limit: 20 }),
    response: figure(0.056, 0.0561, { theory: 0.0561 }),
    service: figure(0.005, 0.005),
  },
  generator: { cpuShare: 0.1, lateP99Ms: 1.2, loopDelayP99Ms: 3.25, trust: 'VALID' },
  problems: [],
};

test('tables are aligned, with what there is', () => {
  const text = findingsText([found]);
  expectGolden('calibrate.txt', `${text}\n`);
  const [rows] = text.split('\n\n');
  expect(findingsText([{ ...found, wire: null, stall: null }])).toBe(rows);
});

test('what the generator says of itself', () => {
  expect(generatorText(found.generator)).toBe(
    'generator: 10 % of a processor, late sends p99 1.20 ms, loop delay p99 3.25 ms; ' +
      'it calls the run VALID',
  );
});
