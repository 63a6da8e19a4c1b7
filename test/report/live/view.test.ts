import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEALTH_CAUSES, type Trust } from '../../../src/health/verdict.ts';
import { columnsOf } from '../../../src/report/live/pieces.ts';
import { liveLines } from '../../../src/report/live/view.ts';
import type { Stage } from '../../../src/series/interval.ts';
import { NOTHING_LATELY } from '../../../src/view/lately.ts';
import { expectGolden } from '../golden.ts';
import { DRAIN, lately, point, progress, RAMP, TROUBLE } from './fixtures.ts';

const size = (columns: number, rows = 40) => ({ columns, rows, color: false });

describe('on terminals of 40, 60, 80 and 120 columns', () => {
  test.each([
    ['ramp', RAMP],
    ['trouble', TROUBLE],
    ['drain', DRAIN],
  ])('%s', (name, { now, lately: late }) => {
    const views = [40, 60, 80, 120].map((columns) =>
      [`${columns} columns${'-'.repeat(columns - 10)}`, ...liveLines(now, late, size(columns))]
        .map((line) => `${line}\n`)
        .join(''),
    );
    expectGolden(`live-${name}.txt`, views.join('\n'));
  });
});

test('before the first second there is no table', () => {
  const lines = liveLines(progress({ stage: 'starting' }), NOTHING_LATELY, size(80));
  expect(lines.join('\n')).not.toContain('CALLS');
  expect(lines.join('\n')).toMatch(/service p99 +- +max +-/);
});

test('the fewer rows, the fewer lines, the first ones stay', () => {
  const of = (rows: number) => liveLines(TROUBLE.now, TROUBLE.lately, size(80, rows));
  expect(of(8)).toEqual(of(40).filter(Boolean).slice(0, 5).concat(of(8).slice(5)));
  expect(of(5).map((line) => line.trim().split(' ')[0])).toEqual([
    ...['steady', 'connected', 'booted', 'generator'],
  ]);
  expect(of(4)).toEqual(liveLines(TROUBLE.now, TROUBLE.lately, size(39)).map(() => of(4)[0]));
});

test('too narrow for a view: a line', () => {
  expect(liveLines(progress(), lately(), size(39))).toEqual([
    '  0m30s steady   errors 2   p99 4.1 ms',
  ]);
});

test('colours say something: none where all is well but the word of the verdict', () => {
  const marks = (lines: readonly string[]) =>
    lines
      .join('\n')
      .split('\u001b[')
      .flatMap((text) => {
        const [, code, painted] = /^(3\d)m(.*)/.exec(text) ?? [];
        return code === undefined ? [] : [[Number(code), painted]];
      });
  const colored = { ...size(120), color: true };
  expect(marks(liveLines(RAMP.now, RAMP.lately, colored))).toEqual([[32, 'VALID']]);
  expect(marks(liveLines(TROUBLE.now, TROUBLE.lately, colored))).toEqual([
    [33, '4 812'],
    [33, 'DEGRADED'],
    [33, 'late'],
    [31, '1 204'],
    [31, '31'],
    [33, '219'],
    [33, '12'],
    [31, '1 204'],
    [31, '1 204'],
  ]);
});

test('columns do not move with the figures', () => {
  const few = progress({ connected: 1, booted: 1, charging: 0, elapsedS: 3 });
  const [full, other] = [progress(), few].map((now) => liveLines(now, lately(), size(100)));
  for (const [line, word] of [
    [1, '%'],
    [2, '/'],
    [2, 'connects'],
    [3, 'charging'],
  ] as const) {
    expect(other[line].lastIndexOf(word), word).toBe(full[line].lastIndexOf(word));
  }
});

test('no line is ever as wide as the terminal, and there is room for the cursor', () => {
  const count = fc.oneof(fc.nat(20), fc.nat(1_000_000), fc.constant(123_456_789));
  const figure = fc.oneof(fc.constant(null), fc.double({ min: 0, max: 1e7, noNaN: true }));
  const stage = fc.constantFrom<Stage>('starting', 'ramp', 'warm-up', 'steady', 'drain', 'done');
  const trust = fc.constantFrom<Trust>('VALID', 'DEGRADED', 'INVALID');
  const cause = fc.constantFrom(null, ...HEALTH_CAUSES);
  const any = fc.record({
    ...{ stage, trust, cause, text: fc.string({ maxLength: 200 }) },
    ...{ counts: fc.tuple(count, count, count, count), times: fc.tuple(count, count) },
    p99s: fc.array(figure, { maxLength: 60 }),
    ...{ columns: fc.integer({ min: 1, max: 200 }), rows: fc.integer({ min: 1, max: 60 }) },
    color: fc.boolean(),
  });
  fc.assert(
    fc.property(any, ({ columns, rows, color, ...figures }) => {
      const { counts, times, p99s, text } = figures;
      const [planned, connected, failed, sent] = counts;
      const { now: trouble } = TROUBLE;
      const verdict = {
        trust: figures.trust,
        findings: trouble.verdict.findings.map((finding) => ({ ...finding, text })),
      };
      const now = progress({
        ...{ stage: figures.stage, elapsedS: times[0], plannedS: times[1], planned, connected },
        ...{ booted: sent, charging: failed, callsFailed: failed, connectsFailed: failed },
        ...{ generator: figures.cause, verdict },
      });
      const late = lately({
        points: p99s.map((p99, i) => point(i, p99)),
        rows: lately().rows.map((row) => ({ ...row, sent, failed })),
        ...{ fates: { ...NOTHING_LATELY.fates, lost: failed, dropped: sent }, disconnects: sent },
      });
      const lines = liveLines(now, late, { columns, rows, color });
      for (const line of lines) {
        expect(columnsOf(line)).toBeLessThan(columns);
      }
      expect(lines.length).toBeLessThan(Math.max(2, rows));
    }),
  );
});
