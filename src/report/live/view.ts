/**
 * A run under way in as many lines as a terminal has room for, the important ones first; pure, so
 * that the caller decides where and how often. Nothing in it comes from outside.
 */
import type { Progress } from '../../fleet/result.ts';
import type { Trust } from '../../health/verdict.ts';
import type { Lately } from '../../view/lately.ts';
import type { GeneratorPoint } from '../../view/point.ts';
import type { Paint } from '../look.ts';
import { formatBytes, formatClock, formatCount, formatMs, formatRate } from '../numbers.ts';
import { bar, type Shares, sparkline } from './bars.ts';
import { callLines } from './calls.ts';
import { generatorWord, liveLine } from './line.ts';
import { cutTo, labelled, type Part, roomOf } from './pieces.ts';

/** Of the terminal, and whether it shows colours. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

export const NARROWEST = 40;
const WIDEST = 119;
/** Below that many lines it is one. */
const LOWEST = 4;

/** Each shorter than `columns`, and fewer than `rows`: the cursor stands below. */
export function liveLines(now: Progress, lately: Lately, size: Size): string[] {
  const { columns, rows, color } = size;
  if (columns < NARROWEST || rows <= LOWEST) return [liveLine(now, columns)];
  const look = { width: Math.min(columns - 1, WIDEST), color };
  const height = rows - 1;
  const top = [
    '',
    stageLine(now, look),
    chargersLine(now, lately, look),
    generatorLine(now, lately, look),
    errorsLine(now, lately, look),
    p99Line(lately, look),
    '',
  ];
  const tight = height < 2 * top.length;
  const lines = tight ? top.filter(Boolean).slice(0, height) : top;
  return [...lines, ...callLines(lately, look, height - lines.length)];
}

type View = { readonly width: number; readonly color: boolean };

const WIDEST_BAR = 40;
const NARROWEST_BAR = 6;

/** None where there is no room for one that tells anything. */
const withBar = (width: number, shares: Shares): string[] =>
  width < NARROWEST_BAR ? [] : [bar(Math.min(WIDEST_BAR, width), shares)];

/** How far the run is, in a bar as long as that of its chargers. */
function stageLine(now: Progress, look: View): string {
  const { stage, elapsedS, plannedS } = now;
  const elapsed = formatClock(elapsedS);
  const clock = elapsedS < plannedS ? `${elapsed} / ${formatClock(plannedS)}` : elapsed;
  const share = shareOf(elapsedS, plannedS);
  const texts = [clock, `${Math.floor(share * 100)} %`.padStart(5)];
  const width = Math.min(roomOf(look, texts), roomOf(look, chargerTexts(now)));
  return labelled(
    { text: stage, mark: 'bold' },
    [...withBar(width, [[share, '█']]), ...texts],
    look,
  );
}

/** Booted, then connected and not yet booted, then the rest. */
function chargersLine(now: Progress, { points }: Lately, look: View): string {
  const { planned, connected, booted } = now;
  const texts = chargerTexts(now);
  const ready = Math.min(booted, connected);
  const picture = withBar(roomOf(look, texts), [
    [shareOf(ready, planned), '█'],
    [shareOf(connected - ready, planned), '▒'],
  ]);
  const perS = points.at(-1)?.connects.upgraded ?? 0;
  const connects = `${formatRate(perS).padStart(6)} connects/s`;
  return labelled('chargers', [...picture, ...texts, connects], look);
}

function chargerTexts({ planned, connected, booted, charging, stage }: Progress): Part[] {
  const digits = formatCount(planned).length;
  const count = (n: number) => formatCount(n).padStart(digits);
  const fewer = (stage === 'steady' || stage === 'warm-up') && connected < planned;
  return [
    [
      { text: count(connected), mark: fewer ? 'yellow' : undefined },
      { text: ` / ${count(planned)} connected` },
    ],
    `${count(booted)} booted`,
    `${count(charging)} charging`,
  ];
}

const shareOf = (n: number, all: number) => (all > 0 ? Math.min(1, n / all) : 1);

const TRUST_MARKS: Readonly<Record<Trust, Paint>> = {
  VALID: 'green',
  DEGRADED: 'yellow',
  INVALID: 'red',
};

/** The verdict so far, what is wrong now, and why or how it does. */
function generatorLine({ verdict, generator }: Progress, { points }: Lately, look: View): string {
  const [worst] = verdict.findings;
  const parts: Part[] = [
    [{ text: verdict.trust, mark: TRUST_MARKS[verdict.trust] }, { text: ' so far' }],
    [
      { text: 'now ' },
      { text: generatorWord(generator), mark: generator === null ? undefined : 'yellow' },
    ],
  ];
  const room = roomOf(look, parts);
  if (worst !== undefined && room >= WIDEST_BAR / 2) parts.push(cutTo(worst.text, room));
  const point = points.at(-1);
  if (worst === undefined && point) parts.push(...generatorFigures(point.generator));
  return labelled('generator', parts, look);
}

function generatorFigures({ utilisation, lateness, rssBytes }: GeneratorPoint): string[] {
  const busy = utilisation === null ? '-' : `${Math.round(utilisation * 100)} %`;
  const late = lateness === null ? '-' : `${formatMs(lateness.p99)} ms`;
  return [
    `busy ${busy.padStart(5)}`,
    `late p99 ${late.padStart(7)}`,
    ...(rssBytes === null ? [] : [`memory ${formatBytes(rssBytes).padStart(6)}`]),
  ];
}

const FATES = [
  ['callError', 'errors'],
  ['timedOut', 'timeouts'],
  ['lost', 'lost'],
  ['invalidReply', 'invalid'],
] as const;

function errorsLine(now: Progress, { fates, disconnects }: Lately, look: View): string {
  const count = (name: string, n: number, mark: Paint): Part => [
    { text: `${name} ` },
    { text: formatCount(n), mark: n > 0 ? mark : undefined },
  ];
  const kinds = FATES.filter(([fate]) => fates[fate] > 0).map(
    ([fate, name]) => `${name} ${formatCount(fates[fate])}`,
  );
  const detail = kinds.length > 0 ? [`(${kinds.join(', ')})`] : [];
  return labelled(
    'errors',
    [
      count('calls', now.callsFailed, 'red'),
      count('connects', now.connectsFailed, 'red'),
      count('disconnects', disconnects, 'yellow'),
      ...(fates.dropped > 0 ? [count('dropped', fates.dropped, 'yellow')] : []),
      ...detail,
    ],
    look,
  );
}

/** Of each second by itself. */
function p99Line({ points }: Lately, look: View): string {
  const all = points.map(({ service }) => service?.p99 ?? null);
  const figure = (value: number | null) => `${value === null ? '-' : formatMs(value)} ms`;
  const now = `${figure(all.at(-1) ?? null).padStart(9)} now`;
  const most = (shown: readonly (number | null)[]) => {
    const known = shown.filter((value) => value !== null);
    const text = figure(known.length > 0 ? Math.max(...known) : null);
    return `at most ${text.padStart(9)} in ${String(shown.length).padStart(2)} s`;
  };
  const seconds = Math.min(60, roomOf(look, [now, most([])]));
  if (seconds < NARROWEST_BAR) {
    return labelled('service p99', [sparkline(all, roomOf(look, [now])), now], look);
  }
  return labelled('service p99', [sparkline(all, seconds), now, most(all.slice(-seconds))], look);
}
