/** What a load that was held says of target and generator. */
import { formatDurationNs } from '../base/units.ts';
import type { Doubt, Seen } from '../capacity/drive.ts';
import { isCatchingUp } from '../capacity/hold.ts';
import type { SloResult } from '../capacity/result.ts';
import type { Verdict } from '../health/verdict.ts';
import { type Action, ActionIndexOf } from '../ocpp/actions.ts';
import { longestPeriodS } from '../plan/period.ts';
import type { Plan } from '../plan/plan.ts';
import { callCounts, callLatency, type Snapshot } from '../snapshot/snapshot.ts';
import type { ThresholdResult } from '../thresholds/types.ts';
import { inFlightOf } from '../view/in-flight.ts';
import { formatCount, formatRate, plural } from './numbers.ts';
import { nameOf, summaryOf } from './thresholds.ts';

export interface HeldLoad {
  readonly plan: Plan;
  /** Its CALLs of the steady stage are those of the hold. */
  readonly snapshot: Snapshot;
  /** Of the whole run until then. */
  readonly total: Snapshot;
  readonly heldS: number;
  readonly chargers: number;
  /** How many chargers may be missing. */
  readonly allowedMissing: number;
  /** When the hold ended. */
  readonly connected: number;
  readonly booted: number;
  /** Cars for which no charger was free, of all that came. */
  readonly cars: { readonly missed: number; readonly came: number };
  readonly thresholds: readonly ThresholdResult[];
  readonly verdict: Verdict;
  /** What came before the hold was not over, and response times fell in it. */
  readonly isCalmingDown: boolean;
  /** No charger could connect at all. */
  readonly gaveUp: boolean;
}

/** With fewer of its chargers, or more failed CALLs than this share, a target has collapsed. */
const COLLAPSE_SHARE = 0.5;
/** Cars that find no free charger are load that was asked for and is not there. */
const MOST_MISSED = 0.01;

export function seenOf(held: HeldLoad): Seen {
  const { snapshot, heldS, chargers, connected, booted, verdict } = held;
  const counts = callCounts(snapshot, 'steady');
  const response = callLatency(snapshot, 'response', 'steady');
  const failed = counts.callError + counts.timedOut + counts.lost + counts.invalidReply;
  const failedShare = counts.sent > 0 ? Math.min(1, failed / counts.sent) : 0;
  const perS = (count: number) => (heldS > 0 ? count / heldS : 0);
  const slo = held.thresholds.map((each) => sloOf(each, heldS));
  const fewest = COLLAPSE_SHARE * chargers;
  const failure = failureOf(held, slo);
  const isCollapse = failedShare > COLLAPSE_SHARE || connected < fewest || booted < fewest;
  return {
    ...{ chargers, connected, booted, failedShare, heldS, slo },
    callsPerS: perS(counts.sent),
    answeredPerS: perS(counts.answered),
    p99Ms: response.totalCount > 0 ? response.getValueAtPercentile(99) / 1000 : null,
    trust: verdict.trust,
    ...{ failure, isCollapse },
    generatorFault: faultOf(held),
    doubt: failure === null || isCollapse ? null : doubtOf(held),
  };
}

/** Of a load that has failed. */
function doubtOf(held: HeldLoad): Doubt | null {
  const { connected, chargers, allowedMissing, gaveUp } = held;
  // Chargers that left failed the load, whatever was being answered meanwhile.
  if (gaveUp || connected < chargers - allowedMissing) return null;
  return catchingUp(held) ?? silent(held);
}

const FIX = 'a longer --warmup lets it';

function catchingUp({ snapshot, heldS, isCalmingDown }: HeldLoad): Doubt | null {
  const { sent, answered } = callCounts(snapshot, 'steady');
  if (isCalmingDown) {
    const text = 'response times were still falling in the hold';
    return { kind: 'catchingUp', text: `the target was still catching up: ${text}; ${FIX}` };
  }
  if (!isCatchingUp({ sent, answered })) return null;
  const [sentText, answeredText] = [sent, answered].map((count) => formatRate(count / heldS));
  const text =
    `the target was still catching up: ${answeredText} CALLs/s answered in the hold, ` +
    `${sentText} sent; ${FIX}`;
  return { kind: 'catchingUp', text };
}

/** When no SLO was broken, but those that did not pass had nothing to look at. */
function silent(held: HeldLoad): Doubt | null {
  const { plan, booted, chargers, allowedMissing, heldS, thresholds } = held;
  const failed = thresholds.filter(({ passed }) => !passed);
  const isSilent = failed.every((each) => each.measured === null && sentNothing(held, each));
  if (booted < chargers - allowedMissing || !isSilent) return null;
  const [first] = failed.map(({ threshold }) => threshold.selector);
  const periodS = longestPeriodS(plan);
  const fix =
    periodS > heldS
      ? `--hold ${formatDurationNs(periodS * 1e9)}, the longest period of the plan, shows it`
      : 'a longer --hold would show it';
  const text = `nothing was sent for ${first} in a hold of ${formatCount(heldS)} s: ${fix}`;
  return { kind: 'silent', text };
}

/** Nothing that the SLO is about; not because chargers wait for answers to what came before. */
function sentNothing(
  { plan, snapshot, total, chargers }: HeldLoad,
  { threshold }: ThresholdResult,
) {
  const { action, fleet } = threshold.labels;
  const part = [
    action === undefined ? undefined : ActionIndexOf[action as Action],
    fleet === undefined ? undefined : plan.fleets.findIndex(({ name }) => name === fleet),
  ] as const;
  const { sent, answered, callError, timedOut, lost } = callCounts(snapshot, 'steady', ...part);
  const waiting = inFlightOf(callCounts(total, 'whole'));
  return (
    sent + answered + callError + timedOut + lost === 0 &&
    inFlightOf(callCounts(total, 'whole', ...part)) === 0 &&
    waiting < COLLAPSE_SHARE * chargers
  );
}

function sloOf(result: ThresholdResult, heldS: number): SloResult {
  const summary = summaryOf(result, heldS, false);
  const { selector, passed, measured, unit, text } = summary;
  const name = nameOf(summary);
  const expression = name.slice(selector.length + 1);
  return { selector, expression, limit: result.threshold.limit, measured, unit, passed, text };
}

function failureOf(held: HeldLoad, slo: readonly SloResult[]): string | null {
  const { chargers, connected, booted, gaveUp, allowedMissing } = held;
  const of = `of ${plural(chargers, 'charger')}`;
  if (gaveUp) return 'no charger could connect';
  if (booted < chargers - allowedMissing) return `only ${formatCount(booted)} ${of} booted`;
  if (connected < chargers - allowedMissing) {
    return `only ${formatCount(connected)} ${of} were connected when the hold ended`;
  }
  const failed = slo.filter(({ passed }) => !passed);
  if (failed.length === 0) return null;
  return failed
    .map(({ selector, expression, text }) => `${selector} ${expression}: ${text}`)
    .join('; ');
}

/** Only a VALID probe counts. A failed SLO is no excuse: the generator may have made it fail. */
function faultOf({ verdict, cars }: HeldLoad): string | null {
  if (verdict.trust !== 'VALID') return `${verdict.trust}: ${verdict.findings[0]?.text ?? ''}`;
  const { missed, came } = cars;
  if (missed <= came * MOST_MISSED) return null;
  const late = `${formatCount(missed)} of ${formatCount(came)} cars`;
  return `${late} found no free charger: the fleet is too small`;
}
