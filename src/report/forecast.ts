/** A forecast as text: what `ocpp-load forecast` prints. */
import { formatDurationNs } from '../base/units.ts';
import type { Assumed } from '../forecast/assumed.ts';
import type { Bins } from '../forecast/bins.ts';
import type { Figures, RateFigures } from '../forecast/figures.ts';
import type { NodePlan } from '../forecast/nodes.ts';
import type { Peak } from '../forecast/series.ts';
import { ACTIONS } from '../ocpp/actions.ts';
import type { Plan } from '../plan/plan.ts';
import { cleanText } from './clean.ts';
import { chartLines } from './forecast-chart.ts';
import { peakLines } from './forecast-peaks.ts';
import { type Look, paint, table, wrap } from './look.ts';
import { formatBytes, formatClock, formatCount, formatRate, plural } from './numbers.ts';

export interface Forecast {
  readonly plan: Plan;
  readonly assumed: Assumed;
  readonly bins: Bins;
  readonly figures: Figures;
  readonly nodes: NodePlan | null;
}

export function forecastText(forecast: Forecast, look: Look): string {
  const sections = [
    headLines(forecast, look),
    callLines(forecast, look),
    levelLines(forecast, look),
    chartLines(forecast.bins, look),
    peakLines(forecast.figures, look),
    nodeLines(forecast, look),
    caveatLines(forecast, look),
  ].filter((lines) => lines.length > 0);
  return `\n${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

const seconds = (s: number) => formatDurationNs(s * 1e9);

function headLines({ plan, assumed, figures }: Forecast, look: Look): string[] {
  const { rampNs, warmupNs, steadyNs } = plan.stages;
  const title = `${cleanText(plan.name)}   ${cleanText(plan.description)}`;
  const whole = formatDurationNs(rampNs + warmupNs + steadyNs);
  const known = figures.isWhole ? whole : `until ${seconds(figures.knownS)} of ${whole}`;
  const { outage } = assumed;
  const facts: [string, string][] = [
    ['forecast', `${known}, from 00:00:00 on; seed ${plan.seed}`],
    [
      'chargers',
      `${formatCount(plan.chargerCount)} in ${plural(plan.fleets.length, 'fleet')}, ` +
        `dialect ${plan.dialect}`,
    ],
    ['assumed', assumedText(assumed)],
  ];
  if (outage !== null) {
    const at = formatClock(outage.fromNs / 1e9);
    facts.push(['outage', `of ${formatDurationNs(outage.toNs - outage.fromNs)} at ${at}`]);
  }
  return [
    ...wrap(title, look.width, '  ', '    ').map((line) => paint(look, 'bold', line)),
    ...facts.flatMap(([name, text]) =>
      wrap(text, look.width, `  ${name.padEnd(10)}`, ' '.repeat(12)),
    ),
  ];
}

function assumedText({ latency, bootIntervalS }: Assumed): string {
  const mean = formatDurationNs(latency.meanNs);
  const after = latency.kind === 'constant' ? `after ${mean}` : `after ${mean} (exponential)`;
  return (
    `connects and CALLs are answered ${after}, all Accepted; ` +
    `BootNotification.conf asks for Heartbeats every ${bootIntervalS} s`
  );
}

const HEAD = ['whole run', 'mean/s', 'peak second', 'at', 'peak minute', 'at'];

function callLines({ figures }: Forecast, look: Look): string[] {
  const { actions, calls, connects, bytesUp, bytesDown } = figures;
  const rows = ACTIONS.flatMap((action) => {
    const own = actions[action];
    return own === undefined ? [] : [rateCells(action, own)];
  });
  rows.push(rateCells('all CALLs', calls), rateCells('connects', connects));
  const bytes = formatBytes;
  rows.push(rateCells('bytes up', bytesUp, bytes), rateCells('bytes down', bytesDown, bytes));
  return blocksOf(['PER SECOND', ...HEAD], rows, look);
}

function rateCells(
  name: string,
  { total, mean, peakSecond, peakMinute }: RateFigures,
  format: (n: number) => string = formatRate,
): string[] {
  const peak = (each: Peak | null, text: (n: number) => string) =>
    each === null ? ['-', '-'] : [text(each.perS), each.perS === 0 ? '-' : formatClock(each.atS)];
  const whole = format === formatRate ? formatCount : format;
  return [
    name,
    format === formatRate ? formatCount(total) : format(total),
    mean === null ? '-' : format(mean),
    ...peak(peakSecond, whole),
    ...peak(peakMinute, format),
  ];
}

function levelLines({ figures }: Forecast, look: Look): string[] {
  const { charging, connected, callsPerDay, ordinaryS, cars, outage } = figures;
  const level = ({ mean, peak }: Figures['charging']) => {
    const most = peak === null ? '-' : `${formatCount(peak.perS)} at ${formatClock(peak.atS)}`;
    return `mean ${mean === null ? '-' : formatRate(mean)}, at most ${most}`;
  };
  const perDay =
    callsPerDay === null
      ? '-'
      : `${formatCount(2 * callsPerDay)}: ${formatCount(callsPerDay)} CALLs and as many answers`;
  const without = outage === null ? '' : ', without the outage and the return from it';
  const lines: [string, string][] = [
    ['charging', level(charging)],
    ['connected', level(connected)],
    ['messages/day', perDay],
    ['of', `means and peaks are of ${seconds(ordinaryS)} of the steady stage${without}`],
  ];
  if (cars.arrived + cars.missed > 0) {
    const missed = `${formatCount(cars.missed)} found no free charger`;
    lines.splice(1, 0, ['cars', `${formatCount(cars.arrived + cars.missed)}, ${missed}`]);
  }
  return lines.flatMap(([name, text]) =>
    wrap(text, look.width, `    ${name.padEnd(14)}`, ' '.repeat(18)),
  );
}

const NEEDS = {
  chargers: 'chargers',
  minute: 'CALLs/s, peak minute',
  boot: 'CALLs/s, boot storm',
  return: 'CALLs/s, return',
} as const;

function nodeLines({ nodes }: Forecast, look: Look): string[] {
  if (nodes === null) return [];
  const { needs, headroom, heldChargers, heldCallsPerS, ordinary, storms } = nodes;
  const { noRate, doubts } = nodes;
  const rows = needs.map(({ by, load, perNode, nodes: count }) => [
    NEEDS[by],
    by === 'chargers' ? formatCount(load) : formatRate(load),
    by === 'chargers' ? formatCount(perNode) : formatRate(perNode),
    formatCount(count),
  ]);
  const percent = `${Number((headroom * 100).toFixed(1))} %`;
  const answer =
    storms === ordinary
      ? `${plural(ordinary, 'node')} of the target`
      : `${plural(ordinary, 'node')} of the target on an ordinary day, ` +
        `${formatCount(storms)} so that storms are as fast as the chargers`;
  const text =
    `${answer}, with ${percent} head-room; one node held ${formatCount(heldChargers)} chargers ` +
    `and ${formatRate(heldCallsPerS)} CALLs/s. Chargers are taken to spread evenly over nodes.`;
  return [
    ...blocksOf(['NODES', 'load', 'a node holds', 'nodes'], rows, look),
    ...wrap(text, look.width, '    '),
    ...(noRate === null ? [] : wrap(`By chargers alone: ${noRate}.`, look.width, '    ')),
    ...doubts.flatMap((doubt) => wrap(`! ${cleanText(doubt)}`, look.width, '    ', '      ')),
  ];
}

function caveatLines({ plan, assumed, figures }: Forecast, look: Look): string[] {
  const never = assumed.outage === null ? 'never fails' : 'fails only in the outage';
  const { embedded } = plan.target;
  const commands = (embedded.commands ?? []).length > 0 ? ' Its commands are left out.' : '';
  const text =
    `The chargers are those of a run; the target is not: it ${never}, refuses nobody, is as fast ` +
    `at any load and sends no commands.${commands} Bytes are those of WebSocket frames with ` +
    'their headers: no upgrade, no TCP, no TLS.';
  const cut = figures.isWhole
    ? []
    : wrap('Interrupted: the figures are of what was played by then.', look.width, '  ');
  return [...wrap(text, look.width, '  '), ...cut];
}

function blocksOf(head: string[], rows: string[][], look: Look): string[] {
  return table(head, rows, look).flatMap(([first, ...others]) => [
    first.replace(head[0], (name) => paint(look, 'bold', name)),
    ...others,
  ]);
}
