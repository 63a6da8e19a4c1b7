/** A run under way in one line; pure, so that the caller decides where and how often. */
import type { Progress } from '../../fleet/result.ts';
import type { HealthCause } from '../../health/verdict.ts';
import { formatClock, formatCount, formatMs, formatRate } from '../numbers.ts';

/** For a terminal too small for more: shorter than `columns`, so that it cannot wrap. */
export function liveLine(progress: Progress, columns: number): string {
  const { stage, elapsedS, booted, planned } = progress;
  const parts = [
    `  ${formatClock(elapsedS)} ${stage}`,
    // A warning must not be what a narrow terminal leaves out.
    ...(progress.generator === null ? [] : [generatorPart(progress)]),
    booted < planned ? `${formatCount(booted)} / ${formatCount(planned)} booted` : '',
    errorsPart(progress),
    p99Part(progress),
    `charging ${formatCount(progress.charging)}`,
  ];
  return partsWithin(parts.filter(Boolean), columns - 1);
}

/** For a log: all of it. Rates are over the time since `previous`, or the start when null. */
export function plainLine(progress: Progress, previous: Progress | null): string {
  const booted = `${formatCount(progress.booted)} of ${formatCount(progress.planned)} booted`;
  return [
    `${formatClock(progress.elapsedS)} ${progress.stage}: ${booted}`,
    `${formatRate(perS(progress, previous, 'connectsUpgraded'))} connects/s`,
    `calls ${formatRate(perS(progress, previous, 'callsSent'))}/s`,
    `charging ${formatCount(progress.charging)}`,
    p99Part(progress),
    errorsPart(progress),
    generatorPart(progress),
  ].join(', ');
}

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
  lostShare: 'lost an agent',
  missing: 'lacks seconds',
  listenDrops: 'drops connects',
  retransmits: 'loses packets',
  descriptors: 'out of descriptors',
  ports: 'out of ports',
  memory: 'short of memory',
  gaps: 'late',
};

export const generatorWord = (cause: HealthCause | null): string =>
  cause === null ? 'ok' : GENERATOR_WORDS[cause];

const generatorPart = ({ generator }: Progress) => `generator ${generatorWord(generator)}`;

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
