/** The top of the page: what was run, whether its figures can be trusted, the first of them. */
import { formatDurationNs } from '../base/units.ts';
import type { Finding } from '../health/verdict.ts';
import { formatCount, plural } from '../report/numbers.ts';
import { comparisonText, headlineOf } from '../view/headline.ts';
import type { RunView } from '../view/run-view.ts';
import { fill, h, table } from './dom.ts';
import { formatShare, formatTime, formatValue, span, words } from './format.ts';
import type { Part } from './part.ts';

export function header(): Part {
  const element = h('header');
  return {
    element,
    show({ view, base }) {
      const { run } = view;
      fill(
        element,
        h('p', { class: 'quiet' }, `ocpp-load ${run.tool}, run ${run.id}`),
        h('h1', {}, run.scenario.name),
        run.scenario.description === '' ? null : h('p', {}, run.scenario.description),
        h('p', { class: 'facts' }, ...facts(view).map((fact) => h('span', {}, fact))),
        ...verdict(view),
        ...(base === null ? [] : [comparison(view, base)]),
        tiles(view),
      );
    },
  };
}

function facts({ run, points, end }: RunView): string[] {
  const { target, chargerCount, fleets, seed, startedAt } = run;
  const last = points.at(-1);
  const now = last === undefined ? 'starting' : `${last.stage}, ${formatTime(last.toS)} so far`;
  return [
    target.kind === 'embedded'
      ? 'target: the embedded test double of ocpp-load, not a real system'
      : `target ${target.url}`,
    `${plural(chargerCount, 'charger')} in ${plural(fleets.length, 'fleet')}`,
    `seed ${seed}`,
    `started ${startedAt}`,
    end === null
      ? now
      : end.exitCode === null
        ? `killed after ${formatTime(last?.toS ?? 0)}`
        : lengthText(end),
  ];
}

const lengthText = ({ ending, rampS, warmupS, steadyS, drainS }: NonNullable<RunView['end']>) => {
  const length = (s: number) => formatDurationNs(s * 1e9);
  const stages = [
    `${length(rampS)} ramp`,
    ...(warmupS > 0 ? [`${length(warmupS)} warm-up`] : []),
    `${length(steadyS)} steady`,
    `${length(drainS)} drain`,
  ];
  return `${words(ending)}: ${stages.join(' + ')}`;
};

function verdict(view: RunView): HTMLElement[] {
  const { verdict: judged, end, trouble } = view;
  const { word, text, tone, trust, causes } = headlineOf(view);
  const exit = end === null || end.exitCode === null ? null : `exit ${end.exitCode}`;
  const lines = [
    h(
      'p',
      { class: `verdict ${tone}` },
      h('strong', {}, word),
      ` ${text}`,
      exit === null ? null : h('span', { class: 'exit' }, exit),
    ),
    trust === null ? null : h('p', { class: 'trust' }, trust),
  ];
  return [
    h('div', { id: 'verdict' }, ...lines),
    ...(trouble === null
      ? []
      : [
          h('p', { class: 'trouble' }, `The generator is in trouble right now: ${words(trouble)}.`),
        ]),
    ...causes.map((cause) => h('p', { class: end?.exitCode === 0 ? 'reached' : 'cause' }, cause)),
    ...findingList(judged?.findings ?? []),
  ];
}

/** The same change for two findings is told once. */
function findingList(findings: readonly Finding[]): HTMLElement[] {
  if (findings.length === 0) return [];
  const items = findings.map(({ level, text, fromS, toS }) =>
    h('li', {}, h('strong', {}, level), ` ${text}, ${span(fromS, toS)}`),
  );
  const fixes = [...new Set(findings.map(({ fix }) => fix))];
  return [
    h('ul', { class: 'findings' }, ...items),
    ...fixes.map((fix) => h('p', { class: 'fix' }, `-> ${fix}`)),
  ];
}

const comparison = (view: RunView, base: RunView): HTMLElement =>
  h('p', { class: 'base' }, comparisonText(view, base));

/** The figures that people ask for first. */
function tiles(view: RunView): HTMLElement {
  const { points, rows, steady, end } = view;
  const all = rows.at(-1);
  const last = points.at(-1);
  const figures = steady ?? all ?? null;
  const scope = steady === null ? 'whole run' : 'steady stage';
  const failed = all ? all.callError + all.timedOut + all.lost : 0;
  const peak = points.reduce((most, { chargers }) => Math.max(most, chargers.connected), 0);
  const share = all && all.sent > 0 ? formatShare(failed / all.sent) : '0';
  const shown = [
    ['CALLs sent', formatCount(all?.sent ?? 0), rateText(view)],
    ['answered', formatCount(all?.answered ?? 0), `${formatCount(all?.inFlight ?? 0)} in flight`],
    ['failed', formatCount(failed), `${share} % of those sent`],
    ['service p99', formatValue(figures?.service?.p99, 'ms'), scope],
    ['response p99', formatValue(figures?.response?.p99, 'ms'), scope],
    end === null
      ? ['connected', formatCount(last?.chargers.connected ?? 0), plannedText(last)]
      : ['most connected', formatCount(peak), plannedText(last)],
  ];
  return h(
    'dl',
    { class: 'tiles', id: 'tiles' },
    ...shown.map(([name, value, note]) =>
      h('div', {}, h('dt', {}, name), h('dd', {}, value), h('dd', { class: 'quiet' }, note)),
    ),
  );
}

const plannedText = (last: RunView['points'][number] | undefined) =>
  last === undefined ? '' : `of ${formatCount(last.chargers.planned)}`;

/** Of the steady stage, if there was one; of a run under way as its points have it. */
function rateText({ points, steady, end }: RunView): string {
  if (steady !== null && end !== null && end.steadyS > 0) {
    return `${formatValue(steady.sent / end.steadyS, '/s')} steady`;
  }
  const last = points.at(-1);
  return last === undefined ? '' : `${formatValue(last.calls.sent, '/s')} ${last.stage}`;
}

export function thresholds(): Part {
  const element = h('section', { id: 'thresholds' });
  return {
    element,
    show({ view }) {
      const { thresholds: all, end } = view;
      element.hidden = all.length === 0 && end !== null;
      const rows = [...all]
        .sort((a, b) => Number(a.passed) - Number(b.passed))
        .map((each) => [
          each.passed ? '✓ passed' : '✗ failed',
          ...[each.selector, each.condition, each.measured],
        ]);
      const columns = ['', 'metric', 'must hold', 'measured'].map((title) => {
        return { title, text: true };
      });
      fill(
        element,
        h('h2', {}, 'Thresholds'),
        all.length === 0
          ? h('p', { class: 'quiet' }, 'They are judged when the run is over.')
          : table('What had to hold', columns, rows),
      );
    },
  };
}
