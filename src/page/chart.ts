/** A chart by uPlot, with a legend of buttons, bands for stages, and its figures as text. */
import uPlot from 'uplot';
import { formatClock } from '../report/numbers.ts';
import { fill, h, svg, table } from './dom.ts';
import { formatTick, formatTime, formatValue, type Unit } from './format.ts';
import { alone, describeSeries, type Series, type Span, sampled } from './series.ts';

export interface ChartOptions {
  readonly title: string;
  /** What it shows that the title does not say. */
  readonly note?: string;
  readonly unit: Unit;
  readonly logarithmic?: boolean;
  /** Drawn below the lines, for what uPlot has no series for. */
  readonly paint?: (plot: uPlot) => void;
  /** The axis across; time by default. */
  readonly across?: Across;
  /** Of the axis upwards where the series do not say; both above 0. */
  readonly range?: () => readonly [number, number] | null;
}

export interface Across {
  readonly title: string;
  readonly logarithmic: boolean;
  format(value: number): string;
}

export interface Chart {
  readonly element: HTMLElement;
  /** @param live the legend shows the last values where no cursor says which. */
  draw(series: readonly Series[], stages?: readonly Span[], live?: boolean): void;
  redraw(): void;
  /** It is taken off the page. */
  destroy(): void;
}

const TIME: Across = { title: 'time', logarithmic: false, format: formatClock };
const HEIGHT = 210;
/** Room above the lines for the names of stages. */
const STAGE_PX = 18;
const MOST_ROWS = 60;
/** Steps of the axis of time, seconds. */
const TIME_STEPS = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200],
];
const FONT = '11px system-ui, sans-serif';

/** A colour of page.css, as the present scheme has it. */
export const colorOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const strokeOf = ({ color }: Series) => colorOf(`--series-${((color - 1) % 8) + 1}`);

let charts = 0;

/** What a chart is drawn into. */
function frame({ title, note }: ChartOptions) {
  const id = `chart-${++charts}`;
  const plotBox = h('div', { class: 'plot', tabindex: '0', role: 'img', 'aria-label': title });
  const legend = h('ul', { class: 'legend', 'aria-label': `Lines of ${title}` });
  const figures = h('div');
  const details = h(
    'details',
    {},
    h('summary', { 'aria-label': `Figures of ${title}` }, 'Figures'),
    figures,
  );
  const caption = [h('h3', { id }, title), note === undefined ? null : h('p', {}, note)];
  const element = h(
    'figure',
    { 'aria-labelledby': id },
    ...[h('figcaption', {}, ...caption), plotBox, legend, details],
  );
  return { element, plotBox, legend, figures, details };
}

export function chart(options: ChartOptions): Chart {
  const { title, unit } = options;
  const { element, plotBox, legend, figures, details } = frame(options);
  let series: readonly Series[] = [];
  let stages: readonly Span[] = [];
  let plot: uPlot | null = null;
  let drawn = '';
  let live = false;
  const hidden = new Set<string>();
  const stagesNow = () => stages;
  const showFigures = () => {
    if (details.open) fill(figures, figuresOf(title, series, { unit, across: options.across }));
  };
  details.addEventListener('toggle', showFigures);
  const showValues = (index: number | null) => {
    for (const [i, item] of [...legend.children].entries()) {
      const values = plot?.data[i + 1];
      const place = index ?? (live ? lastKnown(values) : null);
      const text = place === null ? '' : formatValue(values?.[place], unit);
      item.querySelector('.value')!.textContent = text;
    }
  };
  const build = () => {
    plot?.destroy();
    const settings = plotOptions(options, series, stagesNow, showValues);
    plot = new uPlot(
      { ...settings, width: widthOf(plotBox), height: HEIGHT },
      dataOf(series),
      plotBox,
    );
    for (const [i, { label }] of series.entries()) {
      if (hidden.has(label)) plot.setSeries(i + 1, { show: false });
    }
    legend.replaceChildren(
      ...series.map((each, i) => legendItem(each, i, { hidden, plot: plot! })),
    );
  };
  const fit = () => plot?.setSize({ width: widthOf(plotBox), height: HEIGHT });
  const observer = new ResizeObserver(fit);
  observer.observe(plotBox);
  plotBox.addEventListener('keydown', (event) => plot && moveCursor(event, plot));
  return {
    element,
    draw(next, spans = [], isLive = false) {
      [series, stages, live] = [next, spans, isLive];
      const shape = JSON.stringify(series.map(({ label, color }) => [label, color]));
      if (plot === null || shape !== drawn) build();
      else setData(plot, dataOf(series));
      drawn = shape;
      plotBox.setAttribute('aria-label', `${title}. ${describeSeries(series, unit)}`);
      showValues(plot?.cursor.idx ?? null);
      showFigures();
    },
    redraw() {
      plot?.redraw(false);
      for (const [i, swatch] of [...legend.querySelectorAll('line')].entries()) {
        swatch.setAttribute('stroke', strokeOf(series[i]));
      }
    },
    destroy() {
      observer.disconnect();
      plot?.destroy();
    },
  };
}

/** Who looks into a part goes on seeing it while the run goes on. */
function setData(plot: uPlot, data: uPlot.AlignedData): void {
  const [times] = plot.data;
  const { min = 0, max = 0 } = plot.scales['x'];
  const zoomed = times.length > 0 && (min > times[0] || max < times[times.length - 1]);
  plot.setData(data, !zoomed);
  if (zoomed) plot.redraw();
}

const widthOf = (element: HTMLElement) => Math.max(200, Math.floor(element.clientWidth));

/** Series of two runs have moments of their own: a row for each, gaps where there is no value. */
function dataOf(series: readonly Series[]): uPlot.AlignedData {
  if (series.length === 0) return [[]];
  const tables = series.map(({ x, y }): uPlot.AlignedData => [[...x], [...y]]);
  return uPlot.join(tables);
}

function lastKnown(values: ArrayLike<number | null | undefined> | undefined): number | null {
  for (let i = (values?.length ?? 0) - 1; i >= 0; i--) {
    if (values?.[i] !== null && values?.[i] !== undefined) return i;
  }
  return null;
}

function plotOptions(
  { unit, logarithmic = false, paint, across = TIME, range }: ChartOptions,
  series: readonly Series[],
  stages: () => readonly Span[],
  showValues: (index: number | null) => void,
): Omit<uPlot.Options, 'width' | 'height'> {
  const time = across === TIME;
  const axis: uPlot.Axis = {
    stroke: () => colorOf('--muted'),
    grid: { stroke: () => colorOf('--grid'), width: 1 },
    ticks: { show: false },
    font: FONT,
  };
  return {
    legend: { show: false },
    padding: [STAGE_PX, time ? 16 : 32, 0, 0],
    // No sync where the axis across is another.
    cursor: { ...(time ? { sync: { key: 'time', scales: ['x', null] } } : {}), y: false },
    scales: {
      x: { time: false, distr: across.logarithmic ? 3 : 1 },
      y: logarithmic ? { distr: 3, ...rangeOption(range) } : { range: fromZero },
    },
    axes: [
      {
        ...axis,
        space: 64,
        size: 30,
        ...(across.logarithmic ? DECADES : {}),
        ...(time ? { incrs: TIME_STEPS } : {}),
        values: (_, ticks) =>
          ticks.map((tick) => (tick === null ? '' : time ? formatTime(tick) : across.format(tick))),
      },
      {
        ...axis,
        size: 54,
        ...(logarithmic ? DECADES : {}),
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : formatTick(tick, unit))),
      },
    ],
    series: [{}, ...series.map(lineOf)],
    hooks: {
      drawClear: [(plot) => paintStages(plot, stages())],
      ...(paint === undefined ? {} : { drawAxes: [paint] }),
      setCursor: [(plot) => showValues(plot.cursor.idx ?? null)],
    },
  };
}

const isDecade = (value: number) => Number.isInteger(Number(Math.log10(value).toPrecision(12)));
const decades = (_: uPlot, values: number[]) =>
  values.map((value) => (isDecade(value) ? value : null));
/** Of a logarithmic axis: nine lines a decade would be most of the picture. */
const DECADES: uPlot.Axis = {
  filter: decades,
  grid: { stroke: () => colorOf('--grid'), width: 1, filter: decades },
};

/** A scale of counts begins at 0, and shows something where all are 0. */
const fromZero: uPlot.Range.Function = (_, low, high) => {
  const [min, max] = [Math.min(0, low ?? 0), Math.max(high ?? 0, 0)];
  return max === min ? [min, min + 1] : [min, max * 1.08];
};

function rangeOption(range: ChartOptions['range']): { range?: uPlot.Range.Function } {
  return {
    range: (_, low, high) => {
      const given = range?.();
      if (given) return [given[0], given[1]];
      if (!(low > 0) || !(high > 0)) return [1, 10];
      return uPlot.rangeLog(low, high === low ? high * 2 : high, 10, false);
    },
  };
}

function lineOf(series: Series): uPlot.Series {
  return {
    label: series.label,
    stroke: () => strokeOf(series),
    width: series.base ? 1.25 : 1.75,
    points: { show: false, size: 4, filter: (plot, index) => alone(plot.data[index]) },
    ...(series.base ? { dash: [6, 4] } : {}),
    ...(series.area ? { fill: () => `${strokeOf(series)}22` } : {}),
  };
}

/** All but the steady one are shaded; names stand where there is room. */
function paintStages({ ctx, bbox, valToPos }: uPlot, stages: readonly Span[]): void {
  ctx.save();
  ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'bottom';
  // The axes leave theirs here from the second drawing on.
  ctx.textAlign = 'left';
  for (const { name, fromS, toS } of stages) {
    const place = (s: number) =>
      Math.min(bbox.left + bbox.width, Math.max(bbox.left, valToPos(s, 'x', true)));
    const [left, right] = [place(fromS), place(toS)];
    if (name !== 'steady') {
      ctx.fillStyle = colorOf('--band');
      ctx.fillRect(left, bbox.top, right - left, bbox.height);
    }
    ctx.fillStyle = colorOf('--line');
    ctx.fillRect(left, bbox.top - 6 * devicePixelRatio, 1, bbox.height + 6 * devicePixelRatio);
    const gap = 3 * devicePixelRatio;
    if (ctx.measureText(name).width + 2 * gap > right - left) continue;
    ctx.fillStyle = colorOf('--muted');
    ctx.fillText(name, left + gap, bbox.top - gap);
  }
  ctx.restore();
}

function legendItem(
  series: Series,
  index: number,
  { hidden, plot }: { hidden: Set<string>; plot: uPlot },
): HTMLElement {
  const button = h('button', { type: 'button', 'aria-pressed': String(!hidden.has(series.label)) });
  const line = svg('line', {
    ...{ x1: '0', x2: '16', y1: '4', y2: '4', stroke: strokeOf(series), 'stroke-width': '3' },
    'stroke-dasharray': series.base ? '4 2' : null,
  });
  const swatch = svg('svg', { viewBox: '0 0 16 8', 'aria-hidden': 'true' }, line);
  button.append(swatch, h('span', {}, series.label), h('span', { class: 'value' }));
  button.addEventListener('click', () => {
    const show = hidden.has(series.label);
    if (show) hidden.delete(series.label);
    else hidden.add(series.label);
    button.setAttribute('aria-pressed', String(show));
    plot.setSeries(index + 1, { show });
  });
  return h('li', {}, button);
}

/** Left and right go from value to value, Home and End to the first and last. */
function moveCursor(event: KeyboardEvent, plot: uPlot): void {
  const last = plot.data[0].length - 1;
  const now = plot.cursor.idx ?? last;
  const places: Readonly<Record<string, number>> = {
    ...{ ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: last },
  };
  const wanted = places[event.key];
  if (wanted === undefined || last < 0) return;
  event.preventDefault();
  const x = plot.data[0][Math.min(last, Math.max(0, wanted))];
  plot.setCursor({ left: plot.valToPos(x, 'x'), top: plot.over.clientHeight / 2 });
}

function figuresOf(
  title: string,
  series: readonly Series[],
  { unit, across = TIME }: Pick<ChartOptions, 'unit' | 'across'>,
): HTMLElement {
  const [x, ...columns] = dataOf(series) as ArrayLike<number | null | undefined>[];
  const rows = sampled(x.length, MOST_ROWS).map((i) => [
    across.format(x[i] as number),
    ...columns.map((values) => formatValue(values[i], unit)),
  ]);
  const titles = [across.title, ...series.map(({ label }) => label)];
  return table(
    title,
    titles.map((text) => ({ title: text })),
    rows,
  );
}
