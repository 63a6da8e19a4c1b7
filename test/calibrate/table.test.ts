import { expect, test } from 'vitest';
import type { Figure, Findings } from './findings.ts';
import { findingsText } from './table.ts';

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
  ...{ cpuShare: 0.1, trust: 'VALID', problems: [] },
};

test('tables are aligned, with what there is', () => {
  const text = findingsText([found]);
  expect(text).toMatchInlineSnapshot(`
    "case      load  target    latency  against  calls/s  samples    p50   ours    off  limit  theory    p99   ours    off  limit  theory
    constant  10 %  embedded  service  wire       6 000   60 012  50.20  50.31  +0.11   0.30   50.00  151.0  150.0  -1.04   0.30       -  over

    service          pairs  ours - wire: p50    p90    p99  p99.9     max   mean  wire - target, a CALL: p50    p99     max
    constant  10 %  60 012             +0.10  +0.20  -0.30  +1.00  +12.00  +0.11                       +0.05  +0.50  +101.3

    stall  longest response: ours   truth  least  responses above half: ours   truth  theory  service times: ours   truth
    10 %                   1004.0  1003.0  980.0                      5.61 %  5.60 %  5.61 %               0.50 %  0.50 %  ok"
  `);
  const [rows] = text.split('\n\n');
  expect(findingsText([{ ...found, wire: null, stall: null }])).toBe(rows);
});
