/** One line about a run under way; pure, so that the caller decides where and how often. */
import type { Progress } from '../fleet/result.ts';
import type { HealthCause } from '../health/verdict.ts';
import { formatClock, formatCount, formatMs, formatRate } from './numbers.ts';

const MAX_BAR = 29;
const MIN_BAR = 6;

/**
 * For a terminal, redrawn in place: never as wide as `width`, so that it cannot wrap. Rates are
 * over the time since `previous` (or since the start, when null).
 */
export function liveLine(progress: Progress, previous: Progress | null, width: number): string {
  const booting = progress.stage === 'starting' || progress.stage === 'ramp';
  const parts = booting
    ? [bootingPart(progress, width), connectsPart(progress, previous)]
    : [`  ${clockPart(progress)}  ${progress.stage}`];
  // A warning must not be what a narrow terminal leaves out.
  if (progress.generator !== null) parts.push(generatorPart(progress));
  parts.push(callsPart(progress, previous));
  if (!booting) parts.push(`charging ${formatCount(progress.charging)}`);
  parts.push(p99Part(progress), errorsPart(progress));
  if (progress.generator === null) parts.push(generatorPart(progress));
  return partsWithin(parts, width - 1);
}

/** For a log: the whole of it, with words instead of a bar. */
export function plainLine(progress: Progress, previous: Progress | null): string {
  const booted = `${formatCount(progress.booted)} of ${formatCount(progress.planned)} booted`;
  return [
    `${formatClock(progress.elapsedS)} ${progress.stage}: ${booted}`,
    connectsPart(progress, previous),
    callsPart(progress, previous),
    `charging ${formatCount(progress.charging)}`,
    p99Part(progress),
    errorsPart(progress),
    generatorPart(progress),
  ].join(', ');
}

function bootingPart({ booted, planned }: Progress, width: number): string {
  const barWidth = Math.max(MIN_BAR, Math.min(MAX_BAR, width - 71));
  const share = planned > 0 ? Math.min(1, booted / planned) : 1;
  const filled = Math.floor(share * barWidth);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  return `  booting   ${bar}  ${formatCount(booted)} / ${formatCount(planned)}`;
}

function clockPart({ elapsedS, plannedS }: Progress): string {
  return elapsedS < plannedS
    ? `${formatClock(elapsedS)} / ${formatClock(plannedS)}`
    : formatClock(elapsedS);
}

const connectsPart = (now: Progress, before: Progress | null) =>
  `${formatRate(perS(now, before, 'connectsUpgraded'))} connects/s`;

const callsPart = (now: Progress, before: Progress | null) =>
  `calls ${formatRate(perS(now, before, 'callsSent'))}/s`;

/** `-` until something was answered: 0 would be a figure. */
const p99Part = ({ serviceP99Ms }: Progress) =>
  serviceP99Ms > 0 ? `p99 ${formatMs(serviceP99Ms)} ms` : 'p99 -';

function errorsPart({ callsFailed, connectsFailed }: Progress): string {
  const errors = `errors ${formatCount(callsFailed)}`;
  return connectsFailed > 0 ? `${errors}, failed connects ${formatCount(connectsFailed)}` : errors;
}

/** What is wrong with the generator, in a word or two. */
const GENERATOR_WORDS: Readonly<Record<HealthCause, string>> = {
  loopDelay: 'late',
  utilisation: 'too busy',
  lateness: 'late',
  gc: 'collecting garbage',
  backPressure: 'cannot write',
  steal: 'robbed of CPU',
  throttled: 'throttled',
  clockStep: 'clock was set',
  lostWorker: 'lost a worker',
  listenDrops: 'drops connects',
  retransmits: 'loses packets',
  descriptors: 'out of descriptors',
  ports: 'out of ports',
  memory: 'short of memory',
  gaps: 'late',
};

const generatorPart = ({ generator }: Progress) =>
  `generator ${generator === null ? 'ok' : GENERATOR_WORDS[generator]}`;

function perS(
  now: Progress,
  before: Progress | null,
  counter: 'connectsUpgraded' | 'callsSent',
): number {
  const elapsedS = now.elapsedS - (before?.elapsedS ?? 0);
  return elapsedS > 0 ? Math.max(0, now[counter] - (before?.[counter] ?? 0)) / elapsedS : 0;
}

/** As many parts as fit, the first ones first. */
function partsWithin(parts: readonly string[], width: number): string {
  let line = '';
  for (const part of parts) {
    const longer = line ? `${line}   ${part}` : part;
    if (longer.length > width) break;
    line = longer;
  }
  return line;
}
