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
import { bar, sparkline } from './bars.ts';
import { callLines } from './calls.ts';
import { generatorWord, liveLine } from './line.ts';
import { cutTo, labelled, type Part, roomOf } from './pieces.ts';

/** Of the terminal, and whether it shows colours. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
  readonly color: boolean;
}

/** In a terminal of fewer columns or rows it is one line. */
const NARROWEST = 40;
const LOWEST = 5;
const WIDEST = 119;

/** Each shorter than `columns`, and fewer than `rows`: the cursor stands below. */
export function liveLines(now: Progress, lately: Lately, size: Size): string[] {
  const { columns, rows, color } = size;
  if (columns < NARROWEST || rows < LOWEST) return [liveLine(now, columns)];
  const look = { width: Math.min(columns - 1, WIDEST), color };
  const height = rows - 1;
  const top = [
    '',
    stageLine(now, look),
    connectedLine(now, look),
    bootedLine(now, lately, look),
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

const WIDEST_PICTURE = 60;
const NARROWEST_PICTURE = 8;
/** What stands beside a picture: a label and two figures. */
const BESIDE_PICTURE = 42;

/** All pictures are equally wide, where the first figure beside them leaves room for that. */
function pictureWidth(look: View, figure: Part): number {
  const wanted = Math.max(NARROWEST_PICTURE, look.width - BESIDE_PICTURE);
  return Math.max(0, Math.min(WIDEST_PICTURE, wanted, roomOf(look, [figure])));
}

function stageLine({ stage, elapsedS, plannedS }: Progress, look: View): string {
  const elapsed = formatClock(elapsedS);
  const clock = elapsedS < plannedS ? `${elapsed} / ${formatClock(plannedS)}` : elapsed;
  const share = shareOf(elapsedS, plannedS);
  const picture = bar(pictureWidth(look, clock), [[share, '█']]);
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  return labelled({ text: stage, mark: 'bold' }, [picture, clock, percent], look);
}

/** Booted, then connected and not yet booted, then the rest. */
function connectedLine(now: Progress, look: View): string {
  const { planned, connected, booted, stage } = now;
  const fewer = (stage === 'steady' || stage === 'warm-up') && connected < planned;
  const figure = [
    { text: countOf(connected, now), mark: fewer ? 'yellow' : undefined } as const,
    { text: ` / ${formatCount(planned)}` },
  ];
  const ready = Math.min(booted, connected);
  const picture = bar(pictureWidth(look, figure), [
    [shareOf(ready, planned), '█'],
    [shareOf(connected - ready, planned), '▒'],
  ]);
  return labelled('connected', [picture, figure], look);
}

function bootedLine(now: Progress, { points }: Lately, look: View): string {
  const perS = formatRate(points.at(-1)?.connects.upgraded ?? 0).padStart(6);
  const charging = `charging ${countOf(now.charging, now)}`;
  return labelled('booted', [countOf(now.booted, now), charging, `connects ${perS}/s`], look);
}

/** As wide as all chargers that are planned, so that nothing moves. */
const countOf = (n: number, { planned }: Progress) =>
  formatCount(n).padStart(formatCount(planned).length);

const shareOf = (n: number, all: number) => (all > 0 ? Math.min(1, n / all) : 1);

const TRUST_MARKS: Readonly<Record<Trust, Paint>> = {
  VALID: 'green',
  DEGRADED: 'yellow',
  INVALID: 'red',
};

/** A finding that is cut to less says nothing. */
const FEWEST_OF_FINDING = 20;

/** The verdict so far, what is wrong now, and why or how it does. */
function generatorLine({ verdict, generator }: Progress, { points }: Lately, look: View): string {
  const [worst] = verdict.findings;
  const narrow = look.width < 59;
  const parts: Part[] = [
    [{ text: verdict.trust, mark: TRUST_MARKS[verdict.trust] }, { text: narrow ? '' : ' so far' }],
    [
      { text: 'now ' },
      { text: generatorWord(generator), mark: generator === null ? undefined : 'yellow' },
    ],
  ];
  const room = roomOf(look, parts);
  if (worst !== undefined && room >= FEWEST_OF_FINDING) parts.push(cutTo(worst.text, room));
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
  const figure = (ms: number | null) => (ms === null ? '-' : `${formatMs(ms)} ms`).padStart(9);
  const all = points.map(({ service }) => service?.p99 ?? null);
  const now = figure(all.at(-1) ?? null);
  const width = pictureWidth(look, now);
  const shown = all.slice(-width);
  const known = shown.filter((ms) => ms !== null);
  const most = `max ${figure(known.length > 0 ? Math.max(...known) : null)}`;
  return labelled('service p99', [sparkline(all, width), now, most, `in ${shown.length} s`], look);
}
