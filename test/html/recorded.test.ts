import { describe, expect, test } from 'vitest';
import { recordedView, recorder } from '../../src/html/recorded.ts';
import { sumOf } from '../../src/snapshot/delta.ts';
import { rampOf } from '../../src/view/ramp.ts';
import { rowsOf } from '../../src/view/rows.ts';
import { busySeconds, fixtureFooter, fixtureHeader } from '../result/fixtures.ts';

const seconds = busySeconds(40, 50);
const run = { header: fixtureHeader(), footer: fixtureFooter(), intervals: () => seconds };
const total = sumOf(
  seconds.map(({ delta }) => delta),
  1,
);

describe('a recorded run', () => {
  test('has the figures of the whole, and how it ended', () => {
    const view = recordedView(run);
    expect(view.rows).toEqual(rowsOf(total));
    expect(view.steady).toEqual(rowsOf(total, 'steady').at(-1));
    expect(view.ramp).toEqual(rampOf(total, run.header.chargerCount));
    expect(view.points).toHaveLength(40);
    expect(view.curves[0].action).toBe('all');
    expect(view.run).toMatchObject({ id: 'nightly.ts-20260102T030405Z-7319', seed: 7319 });
    expect(view.run).not.toHaveProperty('layout');
    expect(view.events).toEqual([{ atS: 1.5, text: 'first refused connect' }]);
    expect(view.end).toMatchObject({ ending: 'completed', exitCode: 0, steadyS: 9 });
  });

  test('has fewer points than seconds where it is long, and the same figures', () => {
    const { add, end } = recorder(run.header, 10);
    for (const each of seconds) add(each);
    const view = end(run.footer);
    expect(view.points).toHaveLength(10);
    expect(view.points[0]).toMatchObject({ fromS: 0, stage: 'steady' });
    const whole = recordedView(run);
    expect({ ...view, points: [] }).toEqual({ ...whole, points: [] });
    // Percentiles of a point are those of all that is in it: the worst of all is in one of them.
    const worst = (points: typeof view.points) => Math.max(...points.map((p) => p.response!.max));
    expect(worst(view.points)).toBe(worst(whole.points));
  });

  test('has no verdict when it was killed', () => {
    const view = recordedView({ ...run, footer: null });
    expect(view).toMatchObject({ verdict: null, end: { ending: 'killed', exitCode: null } });
    // All its seconds are steady ones: the rate of CALLs is theirs.
    expect(view.end?.steadyS).toBeCloseTo(view.points.at(-1)!.toS, 9);
    expect(view.rows).toEqual(rowsOf(total));
  });

  test('has texts without control characters, directions and credentials', () => {
    const text = 'a\u001b[31mb\u202ec wss://user:pw@host/?token=x';
    const clean = 'abc wss://host/?token=***';
    const view = recordedView({
      ...run,
      header: fixtureHeader({ target: { kind: 'external', url: text } }),
      footer: fixtureFooter({ causes: [text], events: [{ atS: 1, text }] }),
    });
    expect(view.run.target.url).toBe(clean);
    expect(view.end?.causes).toEqual([clean]);
    expect(view.events[0].text).toBe(clean);
  });
});
