/** `compare --ab`: two targets in turn on one machine, in the order A B, B A, A B, ... */
import { randomInt } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ExitCode, UserError } from '../base/errors.ts';
import { type Duration, formatDurationNs } from '../base/units.ts';
import { openRun } from '../compare/from-result.ts';
import type { ComparedRun } from '../compare/runs.ts';
import { runPlan } from '../fleet/run.ts';
import type { Plan } from '../plan/plan.ts';
import { outcomeOf } from '../report/outcome.ts';
import { resultFooter, resultHeader } from '../report/result-file.ts';
import { buildSummary } from '../report/summary.ts';
import type { Context } from './context.ts';
import { makeFolders } from './folder.ts';
import { type Interrupts, interrupts } from './interrupts.ts';
import { type Overrides, spreadWish } from './overrides.ts';
import { type ProgressDisplay, progressDisplay } from './progress.ts';
import { recordings } from './recordings.ts';
import { planOf } from './scenario.ts';
import { packageVersion } from './version.ts';

export interface PairsWanted {
  readonly targets: Readonly<Record<Side, string>>;
  readonly scenarioPath: string;
  readonly overrides: Overrides;
  readonly pairs: number;
  /** Steady stage of each run, seconds. */
  readonly blockS: number;
  readonly folder: string;
  /** Pairs with an INVALID run are kept. */
  readonly keepInvalid: boolean;
}

export interface PairsRan {
  readonly a: readonly ComparedRun[];
  readonly b: readonly ComparedRun[];
  readonly notes: readonly string[];
  readonly interrupted: boolean;
}

export type Side = 'A' | 'B';

/** A B, B A, A B, ...: what drifts steadily falls on both alike. */
export const orderOf = (pair: number): readonly Side[] =>
  pair % 2 === 0 ? ['A', 'B'] : ['B', 'A'];

/** @throws UserError when the folder holds something already or cannot be made. */
export function makeFolder(folder: string): void {
  try {
    makeFolders(folder);
    if (fs.readdirSync(folder).length === 0) return;
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UserError(`--out ${folder} cannot be made (${code})`, 'name another folder');
  }
  throw new UserError(`--out ${folder} is not empty`, 'name a new folder: nothing is overwritten');
}

/**
 * Runs all pairs, or those until a signal: a pair that it cut is left out.
 * @throws UserError when a run does not get to its end by itself.
 */
export async function runPairs(wanted: PairsWanted, context: Context): Promise<PairsRan> {
  const { pairs, overrides, folder } = wanted;
  const { io, stderrLook } = context;
  const display = progressDisplay(io, stderrLook, overrides.quiet ?? false);
  const firstSeed = overrides.seed ?? randomInt(2 ** 32 - pairs);
  // Both before the first run: a mistake in the scenario is told at once.
  await planOfSide(wanted, 'A', firstSeed);
  await planOfSide(wanted, 'B', firstSeed);
  makeFolder(folder);
  const signals = interrupts(
    context.io,
    display,
    () => 'stopping: this run ends early and is left out; a second signal leaves at once',
  );
  const whole: Pair[] = [];
  try {
    for (let number = 1; number <= pairs; number++) {
      const seed = (firstSeed + number - 1) % 2 ** 32;
      const pair = await runPair(number, seed, { wanted, signals, display, context });
      if (pair === undefined) break;
      whole.push(pair);
    }
  } finally {
    signals.end();
    display.end();
  }
  return pairsRan(whole, wanted, signals.stop.aborted);
}

type Pair = Readonly<Record<Side, ComparedRun>>;

interface Setting {
  readonly wanted: PairsWanted;
  readonly signals: Interrupts;
  readonly display: ProgressDisplay;
  readonly context: Context;
}

/** undefined: a signal cut it. `number` is from 1. */
async function runPair(number: number, seed: number, setting: Setting): Promise<Pair | undefined> {
  const { wanted, signals, display } = setting;
  const { pairs, targets, overrides, folder } = wanted;
  const runs: Partial<Record<Side, ComparedRun>> = {};
  for (const side of orderOf(number - 1)) {
    if (signals.stop.aborted) return undefined;
    if (!overrides.quiet) display.say(`pair ${number} of ${pairs}, ${side}: ${targets[side]}`);
    const plan = await planOfSide(wanted, side, seed);
    const run = await runOne(plan, side, path.join(folder, `pair-${number}-${side}.olr`), setting);
    if (run === undefined) return undefined;
    runs[side] = run;
  }
  return runs as Pair;
}

function pairsRan(
  whole: readonly Pair[],
  { pairs, folder, keepInvalid }: PairsWanted,
  interrupted: boolean,
): PairsRan {
  const unfit = ({ A, B }: Pair) => [A, B].find(({ trust }) => trust === 'INVALID');
  const kept = whole.filter((pair) => keepInvalid || unfit(pair) === undefined);
  const notes = [
    ...whole
      .filter((pair) => !kept.includes(pair))
      .map((pair) => `a pair was left out: ${unfit(pair)?.file} is an INVALID run`),
    ...(interrupted ? [`stopped by a signal after ${whole.length} of ${pairs} pairs`] : []),
    `the result files are in ${folder}`,
  ];
  if (kept.length < 2) throw tooFew(kept.length, notes, interrupted);
  return { a: kept.map(({ A }) => A), b: kept.map(({ B }) => B), notes, interrupted };
}

const tooFew = (count: number, notes: readonly string[], interrupted: boolean) =>
  new UserError(
    [`${count} whole pairs are too few for an answer`, ...notes].join('\n'),
    interrupted ? 'let it run for longer' : 'use a machine that is less busy, or fewer chargers',
    interrupted ? ExitCode.interrupted : ExitCode.invalid,
  );

function planOfSide(wanted: PairsWanted, side: Side, seed: number): Promise<Plan> {
  const duration = formatDurationNs(wanted.blockS * 1e9) as Duration;
  const target = wanted.targets[side];
  return planOf(wanted.scenarioPath, { ...wanted.overrides, target, seed, duration });
}

/** undefined: a signal cut it. */
async function runOne(
  plan: Plan,
  side: Side,
  file: string,
  { wanted, signals, display, context }: Setting,
): Promise<ComparedRun | undefined> {
  const records = recordings({ out: file }, display.say);
  const result = await runPlan(plan, {
    ...spreadWish(wanted.overrides),
    ...{ stop: signals.stop, kill: signals.kill },
    onStart(info) {
      context.consequence = `the comparison was cut short; its runs are in ${wanted.folder}.`;
      records.start(resultHeader(plan, info, packageVersion()));
      display.start({ fleetCount: plan.fleets.length, planned: plan.chargerCount });
    },
    onProgress: display.progress,
    onEvent: display.event,
    onInterval(interval) {
      records.interval(interval);
      display.interval(interval);
    },
  }).catch((error) => {
    records.abandon();
    throw error;
  });
  const summary = buildSummary(result);
  const outcome = outcomeOf(result, summary);
  records.end(resultFooter(result, summary, outcome));
  for (const error of records.errors()) throw error;
  if (result.ending === 'interrupted') return undefined;
  if (result.ending === 'completed') return openRun(file);
  throw new UserError(
    `target ${side}, ${wanted.targets[side]}: ${outcome.causes[0]}`,
    'both targets must be able to carry the scenario: `ocpp-load run` shows how they fare',
    outcome.exitCode,
  );
}
