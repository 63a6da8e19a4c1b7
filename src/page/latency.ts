/** Latency: percentiles over time, their gap, the heat map, the percentile curve. */
import type uPlot from 'uplot';
import type { ActionPoint, Point } from '../view/point.ts';
import { type Cell, cellsOf } from './cells.ts';
import { type Chart, chart, colorOf } from './chart.ts';
import { fill, h } from './dom.ts';
import { percentileTick } from './format.ts';
import { type Line, linesOf } from './panels.ts';
import type { Part, Shown } from './part.ts';
import { actionsOf, asBase, type Series, stageSpans } from './series.ts';

type Latencies = Pick<ActionPoint, 'service' | 'response'>;
type Kind = keyof Latencies;

const ALL = 'all';
const NONE: Latencies = { service: null, response: null };
const latenciesOf = (point: Point, action: string): Latencies =>
  action === ALL ? point : (point.actions[action] ?? NONE);

const LEVELS = [
  ...([
    ['p50', 3],
    ['p95', 1],
    ['p99', 2],
    ['p999', 5],
  ] as const),
];
const nameOf = (level: string) => (level === 'p999' ? 'p99.9' : level);

export function latency(): Part {
  const action = h('select', { id: 'action' });
  const scale = h('select', { id: 'scale' }, ...['logarithmic', 'linear'].map(option));
  const grid = h('div', { class: 'grid' });
  let drawn = charts(true);
  let latest: Shown | null = null;
  const place = () => grid.replaceChildren(...Object.values(drawn).map(({ element }) => element));
  const draw = () => latest && drawAll(drawn, latest, action.value || ALL);
  action.addEventListener('change', draw);
  scale.addEventListener('change', () => {
    for (const each of Object.values(drawn)) each.destroy();
    drawn = charts(scale.value === 'logarithmic');
    place();
    draw();
  });
  place();
  return {
    element: h(
      'section',
      { id: 'latency' },
      h('h2', {}, 'Latency'),
      h(
        'p',
        { class: 'controls' },
        h('label', { for: 'action' }, 'action '),
        action,
        h('label', { for: 'scale' }, 'scale '),
        scale,
      ),
      grid,
    ),
    show(shown) {
      latest = shown;
      // Its own choice stays: the list only ever grows.
      const chosen = action.value || ALL;
      fill(action, ...[ALL, ...actionsOf(shown.view.points)].map(option));
      action.value = chosen;
      draw();
    },
    repaint() {
      for (const each of Object.values(drawn)) each.redraw();
    },
  };
}

const option = (name: string) => h('option', { value: name }, name);

type Charts = Readonly<Record<'service' | 'response' | 'gap' | 'heat' | 'curve', Chart>>;

/** What the heat map is of, and how high its axis is: made with the points, used when it paints. */
const heat: { cells: readonly Cell[] } = { cells: [] };

function charts(logarithmic: boolean): Charts {
  return {
    response: chart({
      title: 'Response time, ms',
      note: 'From the moment a CALL was due to its answer.',
      ...{ unit: 'ms', logarithmic },
    }),
    service: chart({
      title: 'Service time, ms',
      note: 'From the write of a CALL to its answer.',
      ...{ unit: 'ms', logarithmic },
    }),
    gap: chart({
      title: 'Response above service, ms',
      note: 'The wait behind a charger’s own outstanding CALL: it grows when the target is slow.',
      unit: 'ms',
    }),
    heat: chart({
      title: 'Response times, all CALLs',
      note: 'The stronger the colour, the more answers took so long.',
      ...{ unit: 'ms', logarithmic: true, paint: paintHeat, range: heatRange },
    }),
    curve: chart({
      title: 'Latency by percentile, steady stage, ms',
      note: 'How long all but the slowest took. Each step to the right leaves a tenth of them.',
      ...{ unit: 'ms', logarithmic },
      across: { title: 'percentile', logarithmic: true, format: percentileTick },
    }),
  };
}

function drawAll(drawn: Charts, shown: Shown, action: string): void {
  const { view } = shown;
  const [stages, live] = [stageSpans(view.points), view.end === null];
  for (const kind of ['response', 'service'] as const) {
    drawn[kind].draw(linesOf(shown, percentileLines(kind, action), ['p50', 'p99']), stages, live);
  }
  drawn.gap.draw(linesOf(shown, gapLines(action), ['p99']), stages, live);
  heat.cells = cellsOf(view.points);
  const most: Line = ['slowest', 8, ({ response }) => response?.max];
  drawn.heat.draw(linesOf({ ...shown, base: null }, [most]), stages, live);
  const curve = curveSeries(shown, action);
  drawn.curve.element.hidden = curve.length === 0;
  if (curve.length > 0) drawn.curve.draw(curve);
}

/** A logarithmic axis has no 0: what was below 1 us is drawn as that. */
const positive = (ms: number | undefined) => ms && Math.max(ms, 1e-3);

const percentileLines = (kind: Kind, action: string): Line[] =>
  LEVELS.map(([level, color]): Line => {
    return [nameOf(level), color, (point) => positive(latenciesOf(point, action)[kind]?.[level])];
  });

const gapLines = (action: string): Line[] =>
  LEVELS.slice(0, 3).map(
    ([level, color]): Line => [
      nameOf(level),
      color,
      (point) => {
        const { service, response } = latenciesOf(point, action);
        return service && response && Math.max(0, response[level] - service[level]);
      },
    ],
  );

function curveSeries({ view, base }: Shown, action: string): Series[] {
  const of = (run: typeof view) => {
    const curve = run.curves.find((each) => each.action === action);
    if (curve === undefined) return [];
    return (['service', 'response'] as const).map((kind, i) => curveLine(kind, i + 1, curve[kind]));
  };
  return [...of(view), ...(base === null ? [] : of(base).map(asBase))];
}

/** Across stands how many CALLs there are to one that took longer; the maximum closes the line. */
function curveLine(label: string, color: number, points: readonly number[]): Series {
  const count = points.length / 2;
  const onceIn = Array.from({ length: count }, (_, i) => 1 / (1 - points[2 * i] / 100));
  if (count > 1) onceIn[count - 1] = onceIn[count - 2] * 10 ** 0.1;
  return { label, color, x: onceIn, y: onceIn.map((_, i) => positive(points[2 * i + 1]) ?? 1e-3) };
}

function heatRange(): readonly [number, number] | null {
  if (heat.cells.length === 0) return null;
  const low = heat.cells.reduce((least, { fromMs }) => Math.min(least, fromMs), Infinity);
  const high = heat.cells.reduce((most, { toMs }) => Math.max(most, toMs), 0);
  return [low, high * 1.1];
}

function paintHeat({ ctx, bbox, valToPos }: uPlot): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.fillStyle = colorOf('--heat');
  for (const { fromS, toS, fromMs, toMs, weight } of heat.cells) {
    const [left, right] = [valToPos(fromS, 'x', true), valToPos(toS, 'x', true)];
    const [top, bottom] = [valToPos(toMs, 'y', true), valToPos(fromMs, 'y', true)];
    ctx.globalAlpha = 0.12 + 0.88 * weight;
    ctx.fillRect(Math.floor(left), top, Math.ceil(right) - Math.floor(left), bottom - top);
  }
  ctx.restore();
}
