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
import type { Overrides } from './overrides.ts';
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
    fs.mkdirSync(folder, { recursive: true });
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
  const { pairs, overrides, keepInvalid } = wanted;
  const { io, stderrLook } = context;
  const display = progressDisplay(io.stderr, stderrLook, overrides.quiet ?? false);
  const firstSeed = overrides.seed ?? randomInt(2 ** 32 - pairs);
  const signals = listen(context, display);
  const ran: Record<Side, ComparedRun[]> = { A: [], B: [] };
  const notes: string[] = [];
  // Both before the first run: a mistake in the scenario is told at once.
  await planOfSide(wanted, 'A', firstSeed);
  await planOfSide(wanted, 'B', firstSeed);
  makeFolder(wanted.folder);
  try {
    for (let pair = 0; pair < pairs && !signals.stop.aborted; pair++) {
      const both: Partial<Record<Side, ComparedRun>> = {};
      for (const side of orderOf(pair)) {
        if (signals.stop.aborted) break;
        if (!overrides.quiet) {
          display.say(`pair ${pair + 1} of ${pairs}, ${side}: ${wanted.targets[side]}`);
        }
        const plan = await planOfSide(wanted, side, (firstSeed + pair) % 2 ** 32);
        const file = path.join(wanted.folder, `pair-${pair + 1}-${side}.olr`);
        both[side] = await runOne(plan, { file, side, wanted, signals, display }, context);
      }
      const { A, B } = both;
      if (A === undefined || B === undefined || signals.stop.aborted) break;
      const invalid = [A, B].filter(({ trust }) => trust === 'INVALID');
      if (invalid.length > 0 && !keepInvalid) {
        notes.push(`pair ${pair + 1} was left out: ${invalid[0].file} is an INVALID run`);
        continue;
      }
      ran.A.push(A);
      ran.B.push(B);
    }
  } finally {
    signals.end();
    display.end();
  }
  const interrupted = signals.stop.aborted;
  if (ran.A.length < 2) throw tooFew(ran.A.length, notes, interrupted);
  if (interrupted) notes.push(`stopped by a signal after ${ran.A.length} of ${pairs} pairs`);
  notes.push(`the result files are in ${wanted.folder}`);
  return { a: ran.A, b: ran.B, notes, interrupted };
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

interface Signals {
  readonly stop: AbortSignal;
  readonly kill: AbortSignal;
  end(): void;
}

const SECOND_SIGNAL_EXIT = 130;

function listen({ io }: Context, display: ProgressDisplay): Signals {
  const stop = new AbortController();
  const kill = new AbortController();
  const end = io.onSignal(() => {
    if (stop.signal.aborted) {
      kill.abort();
      display.end();
      io.exit(SECOND_SIGNAL_EXIT);
      return;
    }
    display.say('stopping: this run ends early and is left out; a second signal leaves at once');
    stop.abort();
  });
  return { stop: stop.signal, kill: kill.signal, end };
}

interface OneRun {
  readonly file: string;
  readonly side: Side;
  readonly wanted: PairsWanted;
  readonly signals: Signals;
  readonly display: ProgressDisplay;
}

/** undefined: a signal cut it. */
async function runOne(
  plan: Plan,
  { file, side, wanted, signals, display }: OneRun,
  context: Context,
): Promise<ComparedRun | undefined> {
  const records = recordings({ out: file }, display.say);
  const result = await runPlan(plan, {
    workers: wanted.overrides.workers ?? 'auto',
    ...{ stop: signals.stop, kill: signals.kill },
    onStart(info) {
      context.consequence = `the comparison was cut short; its runs are in ${wanted.folder}.`;
      records.start(resultHeader(plan, info, packageVersion(), new Date()));
    },
    onProgress: display.progress,
    onEvent: display.event,
    onInterval: records.add,
  }).catch((error) => {
    records.abandon();
    throw error;
  });
  const summary = buildSummary(result);
  const outcome = outcomeOf(result, summary);
  records.end(resultFooter(result, summary, outcome));
  records.check();
  if (result.ending === 'interrupted') return undefined;
  if (result.ending === 'completed') return openRun(file);
  throw new UserError(
    `target ${side}, ${wanted.targets[side]}: ${outcome.causes[0]}`,
    'both targets must be able to carry the scenario: `ocpp-load run` shows how they fare',
    outcome.exitCode,
  );
}
