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
 * gave out, so nothing is known of the target at this load.
 */
export type Answer = 'held' | 'failed' | 'generator';

export interface Probe {
  readonly load: number;
  /** Longer, at a load that held before. */
  readonly isConfirmation: boolean;
  readonly answer: Answer;
}

export type Next =
  | { readonly kind: 'probe'; readonly load: number; readonly isConfirmation: boolean }
  | { readonly kind: 'end'; readonly end: SearchEnd };

/**
 * `limit`: `held` was confirmed and `failed` is near. `atLeast`: the end of the range held.
 * `generatorLimit`: above `held` it is the generator that gives out, or already at the lowest load.
 * `none`: not even the lowest load held. `outOfProbes`: the bracket is still wide.
 */
export interface SearchEnd {
  readonly kind: 'limit' | 'atLeast' | 'generatorLimit' | 'none' | 'outOfProbes';
  /** The highest load that held below all that failed; null: none did. */
  readonly held: number | null;
  /** The lowest that failed, or at which the generator gave out; null: none did. */
  readonly failed: number | null;
  readonly isConfirmed: boolean;
}

export function nextProbe(probes: readonly Probe[], settings: SearchSettings): Next {
  const bracket = bracketOf(probes);
  const end = (kind: SearchEnd['kind']): Next => ({ kind: 'end', end: { kind, ...bracket } });
  if (probes.length >= settings.mostProbes) return end('outOfProbes');
  const load = loadBetween(bracket, settings);
  if (load !== null) return { kind: 'probe', load, isConfirmation: false };
  const { held, failed, isConfirmed } = bracket;
  if (held === null)
    return end(answerAt(probes, failed) === 'generator' ? 'generatorLimit' : 'none');
  if (!isConfirmed) return { kind: 'probe', load: held, isConfirmation: true };
  if (failed === null) return end('atLeast');
  return end(answerAt(probes, failed) === 'generator' ? 'generatorLimit' : 'limit');
}

type Bracket = Omit<SearchEnd, 'kind'>;

/** A load that held once and failed later has failed: a limit is what holds. */
function bracketOf(probes: readonly Probe[]): Bracket {
  const bad = probes.filter(({ answer }) => answer !== 'held').map(({ load }) => load);
  const failed = bad.length === 0 ? null : Math.min(...bad);
  const good = probes.filter(
    ({ answer, load }) => answer === 'held' && (failed === null || load < failed),
  );
  const held = good.length === 0 ? null : Math.max(...good.map(({ load }) => load));
  const isConfirmed = good.some(({ load, isConfirmation }) => load === held && isConfirmation);
  return { held, failed, isConfirmed };
}

/** The worst that was seen at a load: the target's failure is worth more than the generator's. */
function answerAt(probes: readonly Probe[], load: number | null): Answer {
  const answers = probes.filter((probe) => probe.load === load).map(({ answer }) => answer);
  return answers.find((answer) => answer === 'failed') ?? answers.at(-1) ?? 'held';
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
