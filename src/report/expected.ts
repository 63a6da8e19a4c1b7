/** The load that a plan should offer, as text: what `ocpp-load inspect` prints. */
import { formatDurationNs } from '../base/units.ts';
import { ACTIONS, type Action } from '../ocpp/actions.ts';
import type { ExpectedFleet, ExpectedLoad, ExpectedPoint } from '../plan/expect.ts';
import type { Plan } from '../plan/plan.ts';
import type { EmbeddedOptions } from '../scenario/types.ts';
import { cleanText, hideCredentials } from './clean.ts';
import { sourceFacts } from './header.ts';
import { type Look, paint, table, wrap } from './look.ts';
import { formatBytes, formatClock, formatCount, formatRate, plural } from './numbers.ts';

/** Heads of the columns over time, where whole names would not fit. */
const SHORT_NAMES: Readonly<Partial<Record<Action, string>>> = {
  BootNotification: 'Boot',
  StatusNotification: 'Status',
  StartTransaction: 'Start',
  MeterValues: 'Meter',
  StopTransaction: 'Stop',
  DataTransfer: 'Data',
  DiagnosticsStatusNotification: 'Diag',
  FirmwareStatusNotification: 'Firmware',
};

export function expectedText(plan: Plan, load: ExpectedLoad, look: Look): string {
  const sections = [
    headLines(plan, load, look),
    fleetLines(load, look),
    callLines(load, look),
    timeLines(load, look),
    caveatLines(load, look),
  ];
  return `\n${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function headLines(plan: Plan, load: ExpectedLoad, look: Look): string[] {
  const title = `${cleanText(plan.name)}   ${cleanText(plan.description)}`;
  const external = cleanText(hideCredentials(plan.target.url));
  const facts = [
    ['target', plan.target.kind === 'embedded' ? embeddedText(plan.target.embedded) : external],
    ...sourceFacts(plan),
    ['dialect', plan.dialect],
    ['time', timeText(load)],
    ['needs', `${plural(load.sockets, 'socket')}, ~${formatBytes(load.memoryBytes)} of memory`],
    ['peak', `${formatRate(load.peakConnectsPerS)} connects/s`],
  ];
  return [
    ...wrap(title, look.width, '  ', '    ').map((line) => paint(look, 'bold', line)),
    ...facts.flatMap(([name, text]) =>
      wrap(text, look.width, `  ${name.padEnd(10)}`, ' '.repeat(12)),
    ),
  ];
}

function embeddedText({ light, processes, serviceRate }: EmbeddedOptions): string {
  const parts = [
    `${light ? 'light ' : ''}embedded central system`,
    processes === undefined ? '' : plural(processes, 'process', 'processes'),
    serviceRate === undefined ? '' : `a process serves ${serviceRate}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function timeText({ rampS, warmupS, steadyS, graceS, totalS }: ExpectedLoad): string {
  const length = (seconds: number) => formatDurationNs(seconds * 1e9);
  const stages = [
    rampS > 0 ? `${length(rampS)} ramp` : '',
    warmupS > 0 ? `${length(warmupS)} warm-up` : '',
    `${length(steadyS)} steady`,
  ].filter(Boolean);
  const drain = `then at most ${length(graceS)} drain`;
  return `${length(totalS)} in all: ${stages.join(' + ')}, ${drain}`;
}

function fleetLines({ fleets }: ExpectedLoad, look: Look): string[] {
  const rows = fleets.map((fleet) => [
    fleet.name,
    formatCount(fleet.chargers),
    fleet.model,
    formatDurationNs(fleet.connectS * 1e9),
    formatRate(fleet.peakConnectsPerS),
    callsText(fleet),
    fleet.arrivals ? formatCount(fleet.arrivals.total) : '-',
    fleet.arrivals ? formatCount(fleet.arrivals.missed) : '-',
  ]);
  const head = ['FLEETS', 'chargers', 'model', 'connect in', 'peak/s', 'steady calls/s'];
  const columns = fleets.some(({ arrivals }) => arrivals !== null) ? 8 : 6;
  const cut = (row: string[]) => row.slice(0, columns);
  return blocksOf(cut([...head, 'cars', 'missed']), rows.map(cut), look);
}

function callsText({ steadyCallsPerS, unbounded, scripted }: ExpectedFleet): string {
  if (unbounded) return 'as fast as answered';
  return scripted ? `${formatRate(steadyCallsPerS)} + scripts` : formatRate(steadyCallsPerS);
}

function callLines({ totalCalls, steadyActions, steadyCallsPerS }: ExpectedLoad, look: Look) {
  const rows = ACTIONS.filter((action) => totalCalls[action]).map((action) => [
    action,
    `~${formatCount(totalCalls[action] ?? 0)}`,
    formatRate(steadyActions[action] ?? 0),
  ]);
  const total = Object.values(totalCalls).reduce((sum, count) => sum + count, 0);
  rows.push(['total', `~${formatCount(total)}`, formatRate(steadyCallsPerS)]);
  return blocksOf(['CALLS expected', 'whole run', 'steady/s'], rows, look);
}

const MOST_ROWS = 15;

function timeLines(load: ExpectedLoad, look: Look): string[] {
  const { points, totalCalls } = load;
  const actions = ACTIONS.filter((action) => totalCalls[action]);
  const perRow = Math.ceil(points.length / MOST_ROWS);
  const rows: string[][] = [];
  for (let i = 0; i < points.length; i += perRow) {
    const group = points.slice(i, i + perRow);
    const mean = (figure: (point: ExpectedPoint) => number) =>
      formatRate(group.reduce((sum, point) => sum + figure(point), 0) / group.length);
    rows.push([
      formatClock(group[0].atS),
      mean((point) => point.connectsPerS),
      mean((point) => point.callsPerS),
      ...actions.map((action) => mean((point) => point.actions[action] ?? 0)),
    ]);
  }
  const names = actions.map((action) => SHORT_NAMES[action] ?? action);
  return blocksOf(['PER SECOND from', 'connects', 'calls', ...names], rows, look);
}

function caveatLines({ fleets }: ExpectedLoad, look: Look): string[] {
  const left = [
    fleets.some(({ unbounded }) => unbounded) ? 'closed loops' : '',
    fleets.some(({ scripted }) => scripted) ? 'scripts' : '',
  ].filter(Boolean);
  const without = left.length > 0 ? `, without the CALLs of ${left.join(' and ')}` : '';
  const text = `An estimate for a target that answers at once and loses no connection${without}.`;
  return wrap(text, look.width, '  ');
}

function blocksOf(head: string[], rows: string[][], look: Look): string[] {
  return table(head, rows, look).flatMap(([first, ...others]) => [
    first.replace(head[0], (name) => paint(look, 'bold', name)),
    ...others,
  ]);
}
