/** Runs as a comparison sees them, whether they may be compared, and which belong together. */
import { UserError } from '../base/errors.ts';
import type { Trust } from '../health/verdict.ts';
import { sameRuns } from '../result/twice.ts';
import type { Interval } from '../series/interval.ts';
import { addDelta, sumOf } from '../snapshot/delta.ts';
import { emptySnapshot, type Snapshot } from '../snapshot/snapshot.ts';
import type { Design } from './decide.ts';

export interface ComparedRun {
  readonly file: string;
  readonly seed: number;
  readonly startedAtMs: number;
  readonly scenarioName: string;
  /** Equal for runs of the same planned load, wherever it was aimed. */
  readonly scenarioMark: string;
  /** Equal for runs on machines of the same kind, with a name for the reader. */
  readonly machineMark: string;
  /** Equal for runs on the very same one. */
  readonly hostMark: string;
  readonly machineName: string;
  readonly embedded: boolean;
  /** null: the run was killed, nobody could tell. */
  readonly trust: Trust | null;
  readonly completed: boolean;
  /** As it was, seconds. */
  readonly steadyS: number;
  readonly fleetCount: number;
  /** In their order; may be asked for again. */
  intervals(): Iterable<Interval>;
}

export interface Allowances {
  readonly invalid: boolean;
  readonly embedded: boolean;
  readonly different: boolean;
  /** Shortest steady stage of a run, or block of one, that counts, seconds. */
  readonly minBlockS: number;
}

/** Shorter than this, what happens every few seconds (a flush, a collection) is luck. */
export const MIN_BLOCK_S = 30;

/** @throws UserError when their figures cannot answer the question, or not fairly. */
export function checkRuns(
  base: readonly ComparedRun[],
  next: readonly ComparedRun[],
  allow: Allowances,
): void {
  const all = [...base, ...next];
  for (const run of all) checkAlone(run, allow);
  checkTwice(all);
  if (allow.different) return;
  const [first] = all;
  for (const run of all) {
    if (run.scenarioMark !== first.scenarioMark) {
      throw different(run, first, 'scenario', run.scenarioName, first.scenarioName);
    }
    if (run.machineMark !== first.machineMark) {
      throw different(run, first, 'machine', run.machineName, first.machineName);
    }
  }
}

/** What may make the runs differ beside the target, a sentence each. */
export function notesOnRuns(runs: readonly ComparedRun[]): string[] {
  const hosts = new Set(runs.map(({ hostMark }) => hostMark));
  return hosts.size < 2 ? [] : [`the runs are of ${hosts.size} hosts or kernels`];
}

/** Times are measured to tenths of a second: a stage of 30 s may be 29.99 s. */
const SLACK_S = 0.1;

function checkAlone(run: ComparedRun, allow: Allowances): void {
  const { file, trust, completed, embedded, steadyS } = run;
  if (!allow.invalid && trust === 'INVALID') {
    throw new UserError(
      `${file} is an INVALID run: its figures describe the generator, not the target`,
      '`ocpp-load report` tells why; leave it out, repeat it, or --allow-invalid',
    );
  }
  if (!allow.invalid && (!completed || trust === null)) {
    throw new UserError(
      `${file} is of a run that was not completed`,
      'leave it out, repeat it, or --allow-invalid',
    );
  }
  if (!allow.embedded && embedded) {
    throw new UserError(
      `${file} ran against the embedded central system, which is no real target`,
      '--allow-embedded compares all the same, to try it out',
    );
  }
  if (steadyS < allow.minBlockS - SLACK_S) {
    const found = Number(steadyS.toFixed(1));
    throw new UserError(
      `${file} has a steady stage of ${found} s, a comparison takes ${allow.minBlockS} s at least`,
      `run it with --duration ${MIN_BLOCK_S}s or more; --min-block lowers the limit, to try it out`,
    );
  }
}

/** Equal for copies of one run. */
export const runMark = ({ startedAtMs, seed, machineMark }: ComparedRun) =>
  `${startedAtMs} ${seed} ${machineMark}`;

function checkTwice(all: readonly ComparedRun[]): void {
  const same = sameRuns(all, runMark);
  if (same === null) return;
  const [one, other] = same.map(({ file }) => file);
  const what = one === other ? `${one} is named twice` : `${one} and ${other} are one run`;
  throw new UserError(what, 'every run may be there once');
}

const different = (
  run: ComparedRun,
  first: ComparedRun,
  what: string,
  its: string,
  others: string,
) =>
  new UserError(
    `${run.file} is of another ${what} than ${first.file}` +
      (its === others ? '' : `: ${its}, ${others}`),
    'what differs is then not the target alone; --allow-different compares all the same',
  );

export interface Arrangement {
  readonly design: Design;
  readonly base: readonly ComparedRun[];
  readonly next: readonly ComparedRun[];
}

/**
 * Pairs runs by their seeds where both sides have the same ones, once each.
 * @throws UserError when there are too few for the unit.
 */
export function arrange(
  base: readonly ComparedRun[],
  next: readonly ComparedRun[],
  unit: 'run' | 'block',
): Arrangement {
  if (unit === 'block') return { design: 'blocks', base: inTime(base), next: inTime(next) };
  const short = base.length < 2 ? 'base' : next.length < 2 ? 'new' : null;
  if (short !== null) {
    throw new UserError(
      `the ${short} side has one run: how much runs differ by themselves is not known`,
      'give several of each (5 at least tell much), or --unit block for what two long runs say',
    );
  }
  const bySeed = (runs: readonly ComparedRun[]) => [...runs].sort((a, b) => a.seed - b.seed);
  const [before, after] = [bySeed(base), bySeed(next)];
  const seeds = new Set(before.map(({ seed }) => seed));
  const paired =
    seeds.size === before.length &&
    before.length === after.length &&
    before.every(({ seed }, i) => seed === after[i].seed);
  return paired
    ? { design: 'pairs', base: before, next: after }
    : { design: 'runs', base: inTime(base), next: inTime(next) };
}

export const inTime = (runs: readonly ComparedRun[]) =>
  [...runs].sort((a, b) => a.startedAtMs - b.startedAtMs);

/** Everything that the run counted. */
export function wholeOf(run: ComparedRun): Snapshot {
  const deltas = Array.from(run.intervals(), ({ delta }) => delta);
  return sumOf(deltas, run.fleetCount);
}

/** Blocks of the steady stage, each of `blockS` seconds or a bit more; a rest is left out. */
export function* blocksOf(run: ComparedRun, blockS: number): Generator<Snapshot> {
  let block = emptySnapshot(run.fleetCount);
  let lengthS = 0;
  for (const { stage, fromS, toS, delta } of run.intervals()) {
    if (stage !== 'steady') continue;
    addDelta(block, delta);
    lengthS += toS - fromS;
    // Seconds are read a few milliseconds late, never early by more than rounding.
    if (lengthS < blockS - SLACK_S) continue;
    yield block;
    block = emptySnapshot(run.fleetCount);
    lengthS = 0;
  }
}
