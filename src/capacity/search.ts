/**
 * Where is the limit? The probes so far say which load to try next, and nothing else does: a search
 * that was interrupted goes on from its list. Doubles until a load fails, halves the ratio between
 * the highest that held and the lowest that did not, and holds the answer once more.
 */

export interface SearchSettings {
  /** Loads, whole numbers above 0: chargers, or CALLs/s. */
  readonly from: number;
  readonly to: number;
  /** 0.05: the answer is within 5 % of the limit. */
  readonly precision: number;
  /** So many probes at the most, those that confirm included. */
  readonly mostProbes: number;
}

/**
 * `held`: the SLOs held. `failed`: they did not, and the target is why. `generator`: the generator
 * gave out, so nothing is known of the target at this load. `unclear`: nor is it, because the hold
 * was no look at the load.
 */
export type Answer = 'held' | 'failed' | 'generator' | 'unclear';

export interface Probe {
  readonly load: number;
  /** Longer, at a load that held before. */
  readonly isConfirmation: boolean;
  readonly answer: Answer;
}

export type Next =
  | { readonly kind: 'probe'; readonly load: number; readonly isConfirmation: boolean }
  | { readonly kind: 'end'; readonly end: SearchEnd };

export const ENDS = [
  'limit',
  'atLeast',
  'generatorLimit',
  'unclear',
  'none',
  'flips',
  'outOfProbes',
] as const;

/**
 * `limit`: `held` was confirmed and `failed` is near. `atLeast`: the end of the range held.
 * `generatorLimit`: above `held` it is the generator that gives out, or already at the lowest load.
 * `unclear`: above `held` nothing could be told.
 * `none`: not even the lowest load held. `flips`: loads failed and then held, more than once.
 * `outOfProbes`: the bracket is still wide.
 */
export interface SearchEnd {
  readonly kind: (typeof ENDS)[number];
  /** The highest load that held below all that failed; null: none did. */
  readonly held: number | null;
  /** The lowest that failed, or of which nothing is known; null: there is none. */
  readonly failed: number | null;
  readonly isConfirmed: boolean;
}

export function nextProbe(probes: readonly Probe[], settings: SearchSettings): Next {
  const bracket = bracketOf(probes);
  const end = (kind: SearchEnd['kind']): Next => ({ kind: 'end', end: { kind, ...bracket } });
  if (flippedLoads(probes).length > MOST_FLIPS) {
    return { kind: 'end', end: { kind: 'flips', ...belowEveryFailure(probes) } };
  }
  const { held, failed, isConfirmed } = bracket;
  const next = (load: number, isConfirmation: boolean): Next =>
    probes.length < settings.mostProbes
      ? { kind: 'probe', load, isConfirmation }
      : end('outOfProbes');
  const load = loadBetween(bracket, settings);
  if (load !== null) return next(load, false);
  if (failed !== null && isSuspect(probes, failed, held)) return next(failed, true);
  if (held !== null && !isConfirmed) return next(held, true);
  if (failed === null) return end('atLeast');
  const answer = lastAnswerAt(probes, failed);
  if (answer === 'generator') return end('generatorLimit');
  if (answer === 'unclear') return end('unclear');
  return end(held === null ? 'none' : 'limit');
}

type Bracket = Omit<SearchEnd, 'kind'>;

/**
 * What was seen last of a load counts: one that held, and failed when it was held for longer, has
 * failed; one that failed, and held when it was tried again, has held.
 */
export function bracketOf(probes: readonly Probe[]): Bracket {
  const loads = [...new Set(probes.map(({ load }) => load))];
  const didHold = (load: number) => lastAnswerAt(probes, load) === 'held';
  const failed = least(loads.filter((load) => !didHold(load)));
  return { ...confirmedBelow(probes, loads.filter(didHold), failed), failed };
}

/** Leaves out loads of which nothing is known; null: none failed. */
export function lowestFailed(probes: readonly Probe[]): number | null {
  const loads = probes.map(({ load }) => load);
  return least(loads.filter((load) => lastAnswerAt(probes, load) === 'failed'));
}

/** As if no load that ever failed had been tried again. */
function belowEveryFailure(probes: readonly Probe[]): Bracket {
  const failed = least(probes.flatMap(({ load, answer }) => (answer === 'held' ? [] : load)));
  const loads = probes.map(({ load }) => load);
  return { ...confirmedBelow(probes, loads, failed), failed };
}

function confirmedBelow(
  probes: readonly Probe[],
  loads: readonly number[],
  failed: number | null,
): Pick<Bracket, 'held' | 'isConfirmed'> {
  const below = loads.filter((load) => failed === null || load < failed);
  const held = below.length === 0 ? null : Math.max(...below);
  const isConfirmed = probes.some(
    ({ load, isConfirmation, answer }) => load === held && isConfirmation && answer === 'held',
  );
  return { held, isConfirmed };
}

const least = (loads: readonly number[]) => (loads.length === 0 ? null : Math.min(...loads));

/** Where nothing could be told, that says nothing against what was seen before. */
function lastAnswerAt(probes: readonly Probe[], load: number): Answer | undefined {
  const answers = probes.filter((probe) => probe.load === load).map(({ answer }) => answer);
  return answers.findLast(tells) ?? answers.at(-1);
}

/** Whether the target is known at the load. */
export const tells = (answer: Answer) => answer === 'held' || answer === 'failed';

/** Once may be chance, such as a pause of the target. */
const MOST_FLIPS = 1;

/** Loads that failed and held when they were tried again. */
export function flippedLoads(probes: readonly Probe[]): number[] {
  const failed = new Set<number>();
  const flipped = new Set<number>();
  for (const { load, answer } of probes) {
    if (answer === 'failed') failed.add(load);
    else if (answer === 'held' && failed.has(load)) flipped.add(load);
  }
  return [...flipped];
}

/** So many loads that held right below a failure make it look like chance. */
const SUSPICIOUS = 2;

/**
 * Whether the failure that ends the range may have been chance: everything since then held, or it
 * was the lowest load, on which all depends. It is tried again once.
 */
function isSuspect(probes: readonly Probe[], failed: number, held: number | null): boolean {
  if (probes.filter(({ load }) => load === failed).length > 1) return false;
  const at = probes.findIndex(({ load }) => load === failed);
  if (probes[at].answer !== 'failed') return false;
  const since = probes.slice(at + 1).filter(({ isConfirmation }) => !isConfirmation);
  const allHeld = since.every(({ answer }) => answer === 'held');
  return held === null || (allHeld && since.length >= SUSPICIOUS);
}

/** The next load to try; null: there is none between the two that would tell more. */
function loadBetween({ held, failed }: Bracket, settings: SearchSettings): number | null {
  const { from, to, precision } = settings;
  if (held === null && failed === null) return from;
  if (failed === null) return held === to ? null : Math.min(to, (held as number) * 2);
  // Below the range nobody asked for an answer.
  if (held === null) return null;
  if (failed / held <= 1 + precision) return null;
  const middle = Math.round(Math.sqrt(held * failed));
  return middle > held && middle < failed ? middle : null;
}

/**
 * Enough for every limit in the range, with both ends of the bracket tried again, and a flip: the
 * ratio below a load that failed by chance has been halved in vain.
 */
export function probesFor(from: number, to: number, precision: number): number {
  const { doublings, halvings } = stepsFor(from, to, precision);
  return 1 + doublings + 2 * halvings + 4;
}

/** How often the load is doubled at most, and how often the ratio is halved after that. */
export function stepsFor(from: number, to: number, precision: number) {
  const doublings = Math.ceil(Math.log2(Math.max(1, to / from)));
  const ratio = Math.min(2, to / from);
  const halvings = Math.ceil(Math.log2(Math.log(ratio) / Math.log(1 + precision)));
  return { doublings, halvings: Math.max(0, halvings) };
}
