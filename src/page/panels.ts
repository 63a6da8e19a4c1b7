/** The sections with charts. */
import { formatClock, formatCount } from '../report/numbers.ts';
import type { ChargerCounts, Point } from '../view/point.ts';
import { type Chart, type ChartOptions, chart } from './chart.ts';
import { fill, h, svg } from './dom.ts';
import type { Part, Shown } from './part.ts';
import { actionsOf, asBase, type Reader, seriesOf, stageSpans } from './series.ts';
import { errorCounts } from './tables.ts';

/** A label, a colour of the palette, and what it shows of a point. */
export type Line = readonly [label: string, color: number, read: Reader];

interface Panel extends ChartOptions {
  readonly lines: readonly Line[];
  /** Of the lines, those that are shown of the other run as well; all by default. */
  readonly compared?: readonly string[];
}

/** The lines of this run, then those of the other. */
export function linesOf(
  { view, base }: Shown,
  lines: readonly Line[],
  compared?: readonly string[],
) {
  const of = (points: readonly Point[], wanted: readonly Line[]) =>
    wanted.map(([label, color, read]) => seriesOf(points, label, color, read));
  const again = lines.filter(([label]) => compared?.includes(label) ?? true);
  const others = base === null ? [] : of(base.points, again).map(asBase);
  return [...of(view.points, lines), ...others];
}

function panels(id: string, title: string, all: readonly Panel[], ...more: readonly Part[]): Part {
  const charts = all.map((options) => ({ options, drawn: chart(options) }));
  const grid = h('div', { class: 'grid' }, ...charts.map(({ drawn }) => drawn.element));
  const extra = more.map(({ element }) => element);
  return {
    element: h('section', { id }, h('h2', {}, title), ...extra, grid),
    show(shown) {
      const stages = stageSpans(shown.view.points);
      for (const { options, drawn } of charts) {
        const lines = linesOf(shown, options.lines, options.compared);
        drawn.draw(lines, stages, shown.view.end === null);
      }
      for (const part of more) part.show(shown);
    },
    repaint() {
      for (const { drawn } of charts) drawn.redraw();
    },
  };
}

export const fleet = (): Part =>
  panels(
    'fleet',
    'Fleet',
    [
      {
        title: 'Chargers by state',
        unit: 'count',
        compared: ['connected'],
        lines: [
          ['planned', 7, ({ chargers }) => chargers.planned],
          ['connected', 1, ({ chargers }) => chargers.connected],
          ['booted', 3, ({ chargers }) => chargers.booted],
          ['connecting', 2, ({ chargers }) => chargers.connecting],
          ['offline', 5, ({ chargers }) => chargers.offline],
          ['charging', 4, ({ chargers }) => chargers.charging],
        ],
      },
      {
        title: 'Connections, a second',
        unit: '/s',
        compared: ['upgraded'],
        lines: [
          ['upgraded', 1, ({ connects }) => connects.upgraded],
          ['failed', 5, ({ connects }) => connects.failed],
          ['lost', 2, ({ disconnects }) => disconnects],
        ],
      },
    ],
    fleetBar(),
  );

const BAR: readonly (readonly [keyof ChargerCounts, number])[] = [
  ...([
    ['connected', 1],
    ['connecting', 2],
    ['offline', 5],
  ] as const),
];

/** All that are planned, by state: now; of a run that is over when most were connected. */
function fleetBar(): Part {
  const element = h('div', { class: 'fleet-bar' });
  return {
    element,
    show({ view: { points, end } }) {
      const point = end === null ? points.at(-1) : fullest(points);
      if (point === undefined) return;
      const { chargers } = point;
      const said = BAR.map(([state]) => `${formatCount(chargers[state])} ${state}`).join(', ');
      const [booted, charging] = [chargers.booted, chargers.charging].map(formatCount);
      const when = end === null ? 'Now' : `At ${formatClock(point.toS)}, with most connected`;
      let from = 0;
      const bars = BAR.map(([state, color]) => {
        const width = (chargers[state] / Math.max(1, chargers.planned)) * 100;
        const bar = svg('rect', {
          ...{ x: String(from), y: '0', width: String(width), height: '6', class: `fill-${color}` },
        });
        from += width;
        return bar;
      });
      fill(
        element,
        h('p', {}, `${when}: ${said}; ${booted} booted, ${charging} charging.`),
        svg(
          'svg',
          {
            ...{ viewBox: '0 0 100 6', preserveAspectRatio: 'none', role: 'img' },
            'aria-label': `Chargers by state: ${said}`,
          },
          ...bars,
        ) as unknown as HTMLElement,
      );
    },
  };
}

/** The last of those with most connected. */
const fullest = (points: readonly Point[]): Point | undefined =>
  points.reduce<Point | undefined>((best, point) => {
    return best && best.chargers.connected > point.chargers.connected ? best : point;
  }, undefined);

export const rates = (): Part => {
  const perAction = chart({ title: 'Sent by action, CALLs a second', unit: '/s' });
  const fixed = panels('rates', 'Traffic', [
    {
      title: 'Offered and answered, CALLs a second',
      note: 'Offered: sent, or due and dropped at a limit.',
      unit: '/s',
      compared: ['sent'],
      lines: [
        ['offered', 2, ({ calls }) => calls.offered],
        ['sent', 1, ({ calls }) => calls.sent],
        ['answered', 3, ({ calls }) => calls.answered],
      ],
    },
    {
      title: 'In flight and waiting',
      note: 'Waiting: transaction messages in the chargers, for a connection or an answer.',
      unit: 'count',
      compared: ['in flight'],
      lines: [
        ['in flight', 1, ({ inFlight }) => inFlight],
        ['waiting', 2, ({ queued }) => queued],
      ],
    },
  ]);
  fixed.element.querySelector('.grid')?.append(perAction.element);
  return withCharts(fixed, [perAction], ({ view }) => {
    const lines = actionsOf(view.points).map((action, i): Line => {
      return [action, i + 1, ({ actions }) => actions[action]?.sent ?? 0];
    });
    perAction.draw(
      linesOf({ view, base: null }, lines),
      stageSpans(view.points),
      view.end === null,
    );
  });
};

/** A part with charts that it draws by itself. */
export function withCharts(part: Part, charts: readonly Chart[], draw: Part['show']): Part {
  return {
    element: part.element,
    show(shown) {
      part.show(shown);
      draw(shown);
    },
    repaint() {
      part.repaint?.();
      for (const each of charts) each.redraw();
    },
  };
}

export const errors = (): Part =>
  panels(
    'errors',
    'Errors',
    [
      {
        title: 'CALLs that failed, a second',
        unit: '/s',
        lines: [
          ['CALLERROR', 5, ({ calls }) => calls.callError],
          ['timed out', 2, ({ calls }) => calls.timedOut],
          ['lost', 4, ({ calls }) => calls.lost],
          ['invalid reply', 6, ({ calls }) => calls.invalidReply],
          ['refused', 7, ({ calls }) => calls.refused],
        ],
      },
    ],
    errorCounts(),
  );

export const generator = (): Part =>
  panels('generator', 'Generator', [
    {
      title: 'Late sends and late wake-ups, ms',
      note: 'The generator’s own fault: when these grow, trust the figures less.',
      unit: 'ms',
      lines: [
        ['lateness p50', 3, ({ generator: g }) => g.lateness?.p50],
        ['lateness p99', 1, ({ generator: g }) => g.lateness?.p99],
        ['loop delay p99', 2, ({ generator: g }) => g.loopDelay?.p99],
      ],
      compared: ['lateness p99'],
    },
    {
      title: 'Share of the time',
      note: 'Of the busiest worker; stolen: processor time that the host gave to others.',
      unit: 'share',
      lines: [
        ['busy', 1, ({ generator: g }) => g.utilisation],
        ['collecting garbage', 2, ({ generator: g }) => g.gcShare],
        ['stolen', 5, ({ generator: g }) => g.stealShare],
      ],
      compared: ['busy'],
    },
    {
      title: 'Processors used',
      unit: 'processors',
      lines: [['processors', 1, ({ generator: g }) => g.cpus]],
    },
    {
      title: 'Resident memory, MB',
      unit: 'count',
      lines: [['memory', 1, ({ generator: g }) => g.rssBytes && g.rssBytes / 1e6]],
    },
  ]);
