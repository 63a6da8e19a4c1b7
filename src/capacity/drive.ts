/** Plays a search against a target: `search.ts` says what is probed, the prober knows how. */
import { whole } from '../health/words.ts';
import type { CapacityEnd, CapacityQuestion, CapacityResult } from './result.ts';
import { CAPACITY_KIND, CAPACITY_VERSION, type Measurement, type ProbeResult } from './result.ts';
import { type Answer, bracketOf, nextProbe, tells } from './search.ts';
import { judgeUsl } from './usl.ts';

/**
 * `approach`: no load has failed yet, the limit may be far. `confirmation`: the answer, again.
 * `recovery`: a light load, to see whether the target is back.
 */
export type Purpose = 'approach' | 'probe' | 'confirmation' | 'recovery';

/** A load that was held, and what is to be said of it; null: nothing is. */
export interface Seen extends Measurement {
  /** The target did not hold: an SLO, boots, connections. */
  readonly failure: string | null;
  /** Why the figures are no figures of the target. */
  readonly generatorFault: string | null;
  /** Why a failure says nothing of the load; null: it does, or there is none. */
  readonly doubt: Doubt | null;
  readonly isCollapse: boolean;
}

/** `catchingUp`: what came before the hold was still being answered. `silent`: nothing was sent. */
export interface Doubt {
  readonly kind: 'catchingUp' | 'silent';
  readonly text: string;
}

export interface Prober {
  /** Brings `load` to the target and holds it; null: a signal cut it. */
  measure(load: number, purpose: Purpose): Promise<Seen | null>;
}

export interface Search {
  readonly question: CapacityQuestion;
  /** Of an interrupted search, to go on from. */
  readonly known: Pick<CapacityResult, 'probes' | 'notes'>;
  readonly prober: Prober;
  /** Seconds of a clock that only rises. */
  readonly nowS: () => number;
  /** How long a target that collapsed is waited for. */
  readonly recoveryS: number;
  /** The search so far, after every probe and note. */
  onProbe(probe: ProbeResult, soFar: CapacityResult): void;
  onNote(note: string): void;
}

/** Resolves with what is known, without the law; `end` is null when a signal cut the search. */
export async function drive(search: Search): Promise<CapacityResult> {
  const { question, known } = search;
  const state: State = { probes: [...known.probes], notes: [...known.notes], search };
  for (;;) {
    const next = nextProbe(state.probes, question.search);
    if (next.kind === 'end') return resultOf(state, next.end.kind);
    const probe = await probeAt(state, next.load, next.isConfirmation);
    if (probe === null) return resultOf(state, null);
    state.probes.push(probe);
    search.onProbe(probe, resultOf(state, null));
    if (!probe.isCollapse || probe.load === question.search.from) continue;
    const isBack = await recover(state, probe.load);
    if (isBack !== true) return resultOf(state, isBack === null ? null : 'notRecovered');
  }
}

interface State {
  readonly probes: ProbeResult[];
  readonly notes: string[];
  readonly search: Search;
}

function note({ notes, search }: State, text: string): void {
  notes.push(text);
  search.onNote(text);
}

/** What says nothing of the target is tried once more; null: a signal cut it. */
async function probeAt(
  state: State,
  load: number,
  isConfirmation: boolean,
): Promise<ProbeResult | null> {
  const { prober, question } = state.search;
  const isFar = bracketOf(state.probes).failed === null;
  const purpose = isConfirmation ? 'confirmation' : isFar ? 'approach' : 'probe';
  let seen = await prober.measure(load, purpose);
  const flaw = seen && flawOf(seen);
  if (flaw) {
    note(state, `${loadText(load, question)} again: ${flaw}`);
    seen = await prober.measure(load, purpose);
  }
  if (seen === null) return null;
  const { failure, generatorFault, doubt, ...measurement } = seen;
  const cause = generatorFault ?? doubt?.text ?? failure;
  return { load, isConfirmation, answer: answerOf(seen), cause, ...measurement };
}

/** Why another hold may tell more; null: it would not. */
function flawOf({ generatorFault, doubt }: Seen): string | null {
  if (generatorFault !== null) return `the generator was unfit (${generatorFault})`;
  return doubt?.kind === 'catchingUp' ? doubt.text : null;
}

function answerOf({ generatorFault, doubt, failure }: Seen): Answer {
  if (generatorFault !== null) return 'generator';
  if (doubt !== null) return 'unclear';
  return failure === null ? 'held' : 'failed';
}

/** Holds the lightest load until the target answers within its SLOs; null: a signal cut it. */
async function recover(state: State, collapsedAt: number): Promise<boolean | null> {
  const { prober, question, nowS, recoveryS } = state.search;
  const light = loadText(question.search.from, question);
  note(
    state,
    `the target collapsed at ${loadText(collapsedAt, question)}: waiting for it at ${light}`,
  );
  const beganS = nowS();
  for (;;) {
    const seen = await prober.measure(question.search.from, 'recovery');
    if (seen === null) return null;
    const waitedS = Math.round(nowS() - beganS);
    if (seen.failure === null) {
      note(state, `the target answers within its SLOs again, ${waitedS} s later`);
      return true;
    }
    if (waitedS < recoveryS) continue;
    note(state, `the target did not recover within ${recoveryS} s: ${seen.failure}`);
    return false;
  }
}

export const loadText = (load: number, { vary }: Pick<CapacityQuestion, 'vary'>): string =>
  `${whole(load)} ${vary === 'chargers' ? 'chargers' : 'cars/h'}`;

function resultOf({ probes, notes, search }: State, end: CapacityEnd | null): CapacityResult {
  const { question } = search;
  const bracket = bracketIn(probes, question, end);
  const at = (load: number | null, answered: (answer: Answer) => boolean) =>
    probes.findLast((probe) => probe.load === load && answered(probe.answer)) ?? null;
  return {
    kind: CAPACITY_KIND,
    version: CAPACITY_VERSION,
    vary: question.vary,
    question,
    end,
    held: at(bracket.held, (answer) => answer === 'held'),
    isConfirmed: bracket.isConfirmed,
    failed: at(bracket.failed, (answer) => answer !== 'held'),
    slo: question.slo,
    probes,
    usl: null,
    notes,
  };
}

/** Of loads that flip, the search says what is left of its bracket. */
function bracketIn(
  probes: readonly ProbeResult[],
  { search }: CapacityQuestion,
  end: CapacityEnd | null,
) {
  if (end !== 'flips') return bracketOf(probes);
  const next = nextProbe(probes, search);
  return next.kind === 'end' ? next.end : bracketOf(probes);
}

/**
 * With the law fitted to its probes. Throughput is what was answered; where the generator gave
 * out, or the hold was no look at the load, that says nothing of the target.
 */
export function withUsl(result: CapacityResult): CapacityResult {
  const points = result.probes
    .filter(({ answer }) => tells(answer))
    .map(({ load, answeredPerS }) => ({ n: load, x: answeredPerS }));
  return { ...result, usl: judgeUsl(points) };
}
