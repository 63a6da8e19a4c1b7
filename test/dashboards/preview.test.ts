/** The renderer of the pictures: what it must not get wrong in front of readers. */
import { describe, expect, test } from 'vitest';
import type { Cell, Line } from './preview/data.ts';
import { drawPanel } from './preview/draw.ts';
import { niceAbove, valueText } from './preview/look.ts';
import { pageOf } from './preview/page.ts';
import { type PanelFile, readDashboard } from './reading.ts';

const SPAN = { startS: 100, endS: 110 };
const BOX = { width: 400, height: 200 };
const { panels } = readDashboard();
const panelOf = (type: string) => panels.find((panel) => panel.type === type) as PanelFile;
const line = (...values: readonly number[]): Line => ({
  name: 'a <b>',
  refId: 'A',
  points: values.map((value, i) => ({ atS: 101 + i, value })),
});
const draw = (type: string, lines: readonly Line[], cells: readonly Cell[] = []) =>
  drawPanel(panelOf(type), { lines, cells }, SPAN, BOX);

describe('a panel', () => {
  test.each(['stat', 'timeseries', 'state-timeline', 'heatmap'])(
    '%s without data says so',
    (type) => {
      expect(draw(type, [])).toContain('no data');
    },
  );

  test('a line is broken where there is no value', () => {
    const path = /<path d="([^"]*)" fill="none"/.exec(
      draw('timeseries', [line(1, Number.NaN, 2, 3)]),
    );
    expect(path?.[1].match(/[ML]/g)).toEqual(['M', 'M', 'L']);
  });

  test('a stat is the last number, as its state where it has one', () => {
    expect(draw('stat', [line(0, 2, Number.NaN)])).toContain('>INVALID<');
  });

  test('a heat map has a cell a moment and row', () => {
    const cells = [1e-3, 1e-2].map((lowS) => ({ atS: 101, lowS, highS: lowS * 1.01, count: 1 }));
    expect(draw('heatmap', [], cells).match(/<rect/g)).toHaveLength(2);
  });
});

test('a page escapes what is not its own, and says who drew it', () => {
  const panel = panelOf('timeseries');
  const drawn = { panel, title: '<script>', data: { lines: [line(1)], cells: [] } };
  const page = pageOf('Row', [drawn], SPAN);
  expect(page).not.toMatch(/<script|a <b>|https?:/);
  expect(page).toContain("drawn by ocpp-load's own renderer, not Grafana");
});

test.each([
  [0.0123, 's', '12.3 ms'],
  [1.5, 's', '1.5 s'],
  [0.031, 'percentunit', '3.1 %'],
  [1234, 'cps', '1.23 k/s'],
  [3 * 1024 ** 2, 'bytes', '3 MiB'],
  [7, 'none', '7'],
])('%d %s is %s', (value, unit, text) => expect(valueText(value, unit)).toBe(text));

test('an axis ends a little above the highest value', () => {
  expect([0, 7, 101, 0.021].map((value) => niceAbove(value, 's'))).toEqual([1, 8, 160, 0.024]);
  expect(niceAbove(230 * 1024 ** 2, 'bytes')).toBe(240 * 1024 ** 2);
});
