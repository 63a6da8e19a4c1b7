/** Tables: CALLs, the ramp, errors, events, the comparison, the environment. */
import { formatBytes, formatClock, formatCount, formatMs } from '../report/numbers.ts';
import type { Percentiles } from '../view/percentiles.ts';
import type { Moments } from '../view/ramp.ts';
import type { Row } from '../view/rows.ts';
import type { RunView } from '../view/run-view.ts';
import { type Column, fill, h, table } from './dom.ts';
import { formatTime, words } from './format.ts';
import type { Part, Shown } from './part.ts';

const titles = (...names: readonly string[]): Column[] => names.map((title) => ({ title }));
const text = (title: string): Column => ({ title, text: true });

/** A section whose body is made anew each time. */
function section(id: string, title: string, body: (shown: Shown) => readonly HTMLElement[]): Part {
  const element = h('section', { id });
  return {
    element,
    show(shown) {
      const parts = body(shown);
      element.hidden = parts.length === 0;
      fill(element, h('h2', {}, title), ...parts);
    },
  };
}

export const calls = (): Part =>
  section('calls', 'CALLs', ({ view: { rows, steady } }) => [
    table(
      'What became of each CALL sent, whole run',
      [
        text('action'),
        ...titles('sent', 'answered', 'error', 'timeout', 'lost', 'in flight'),
        ...titles('refused', 'invalid reply', 'dropped', 'unsent'),
      ],
      rows.map(fatesOf),
    ),
    table(
      'Latency, ms',
      [
        text('action'),
        ...titles('service p50', 'p95', 'p99', 'p99.9', 'max'),
        ...titles('response p50', 'p95', 'p99', 'p99.9', 'max'),
      ],
      [...rows, ...(steady === null ? [] : [{ ...steady, action: 'all, steady stage' }])].map(
        (row) => [row.action, ...latenciesOf(row.service), ...latenciesOf(row.response)],
      ),
    ),
  ]);

/** Empty while nobody has come. */
export const ramp = (): Part =>
  section('ramp', 'Ramp', ({ view: { ramp: came, run } }) => {
    if (came.upgraded.count === 0) return [];
    const shares = ['50 %', '90 %', '99 %', '100 %'];
    const { count } = came.booted;
    const some = `- is never: ${formatCount(count)} of ${formatCount(run.chargerCount)} booted`;
    return [
      table(
        'Seconds from the start until so many of all chargers had come',
        [text(''), ...titles(...shares, 'chargers/s')],
        [momentsOf('upgraded', came.upgraded), momentsOf('booted', came.booted)],
      ),
      ...(count < run.chargerCount ? [h('p', { class: 'quiet' }, some)] : []),
    ];
  });

function momentsOf(name: string, { p50S, p90S, p99S, p100S, perS }: Moments): string[] {
  const seconds = [p50S, p90S, p99S, p100S].map((s) => (s === null ? '-' : formatMs(s)));
  return [name, ...seconds, formatCount(Math.round(perS))];
}

const fatesOf = (row: Row): string[] => [
  row.action,
  ...[row.sent, row.answered, row.callError, row.timedOut, row.lost, row.inFlight].map(formatCount),
  ...[row.refused, row.invalidReply, row.dropped, row.unsent].map(formatCount),
];

const latenciesOf = (found: Percentiles | null): string[] =>
  found === null
    ? ['-', '-', '-', '-', '-']
    : [found.p50, found.p95, found.p99, found.p999, found.max].map(formatMs);

export const errorCounts = (): Part => {
  const element = h('div');
  return {
    element,
    show({ view: { errors } }) {
      const rows = errors.map(({ of, kind, count }) => [words(kind), of, formatCount(count)]);
      fill(
        element,
        rows.length === 0
          ? h('p', { class: 'quiet' }, 'None was counted.')
          : table('By kind, whole run', [text('kind'), text('of a'), ...titles('count')], rows),
      );
    },
  };
};

export const events = (): Part =>
  section('events', 'Events', ({ view: { events: all } }) => [
    all.length === 0
      ? h('p', { class: 'quiet' }, 'Nothing out of the ordinary was told.')
      : table(
          'The first of each kind',
          [text('at'), text('what')],
          all.map(({ atS, text: what }) => [formatClock(atS), what]),
        ),
  ]);

/** Row by row what the other run had; empty without one. */
export const compared = (): Part =>
  section('compared', 'Compared', ({ view, base }) => {
    if (base === null) return [];
    const rows = view.rows.flatMap((row) => {
      const other = base.rows.find(({ action }) => action === row.action);
      return other === undefined ? [] : [comparedRow(row, other)];
    });
    const columns = ['sent', 'service p50', 'service p99', 'response p50', 'response p99'];
    return [
      h('p', {}, 'One run against one run: what changed, not whether it is chance. '),
      table(
        'base -> this run, whole run, latencies in ms',
        [text('action'), ...titles(...columns)],
        rows,
      ),
    ];
  });

function comparedRow(row: Row, base: Row): string[] {
  const ms = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? '-' : changeText(a, b, formatMs);
  return [
    row.action,
    changeText(base.sent, row.sent, formatCount),
    ms(base.service?.p50, row.service?.p50),
    ms(base.service?.p99, row.service?.p99),
    ms(base.response?.p50, row.response?.p50),
    ms(base.response?.p99, row.response?.p99),
  ];
}

function changeText(before: number, now: number, format: (value: number) => string): string {
  const figures = `${format(before)} -> ${format(now)}`;
  if (before === 0 || before === now) return figures;
  const percent = Math.round((now / before - 1) * 100);
  return `${figures} (${percent > 0 ? '+' : ''}${percent} %)`;
}

export const environment = (): Part =>
  section('environment', 'Environment', ({ view, base }) => [
    facts('This run', view.run),
    ...(base === null ? [] : [facts('The run it is compared with', base.run)]),
    table(
      'Fleets',
      [text('fleet'), text('model'), ...titles('chargers')],
      view.run.fleets.map(({ name, model, chargers }) => [name, model, formatCount(chargers)]),
    ),
  ]);

function facts(caption: string, run: RunView['run']): HTMLElement {
  const { machine, scenario, stages } = run;
  const planned = `${formatTime(stages.rampS)} ramp, ${formatTime(stages.warmupS)} warm-up, `;
  return table(
    caption,
    [text('what'), text('value')],
    [
      ['run', run.id],
      ['scenario', scenario.name],
      ['SHA-256 of what is planned', scenario.planSha256],
      ['SHA-256 of the scenario file', scenario.fileSha256 ?? 'unknown'],
      ['seed', String(run.seed)],
      ['target', run.target.url],
      ['dialect', run.dialect],
      ['started', run.startedAt],
      ['planned', `${planned}${formatTime(stages.steadyS)} steady`],
      ['ocpp-load, Node', `${run.tool}, ${run.node}`],
      ['workers', String(run.workers)],
      ['processor', `${formatCount(machine.cores)} x ${machine.cpu}`],
      ['memory', formatBytes(machine.memoryBytes)],
      ['system', machine.kernel],
    ],
  );
}
