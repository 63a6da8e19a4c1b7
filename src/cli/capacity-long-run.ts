/** Whether a hold saw the load that a fleet makes in the long run. */
import { formatDurationNs } from '../base/units.ts';
import { loadText } from '../capacity/drive.ts';
import type { CapacityResult, ProbeResult } from '../capacity/result.ts';
import { expectLoad } from '../plan/expect.ts';
import { heartbeatPeriodS, isUsualPeriod } from '../plan/period.ts';
import type { Plan } from '../plan/plan.ts';
import { formatRate } from '../report/numbers.ts';

const LONG_RUN_S = 3600;
const SEEN_SHARE = 0.9;

/**
 * With a note when the load that held sent less than it will: sessions that only began in the hold,
 * Heartbeats that come in waves, or a target that has long been saturated. Nothing is known of
 * closed loops and scripts.
 */
export function toldOfLongRun(
  found: CapacityResult,
  planAt: (load: number, holdS: number) => Plan,
): CapacityResult {
  if (found.held === null) return found;
  const { load, callsPerS } = found.held;
  const plan = planAt(load, LONG_RUN_S);
  const expected = expectLoad(plan);
  const isPartial = expected.fleets.some(({ unbounded, scripted }) => unbounded || scripted);
  if (isPartial || callsPerS >= SEEN_SHARE * expected.steadyCallsPerS) return found;
  const [seen, later] = [callsPerS, expected.steadyCallsPerS].map(formatRate);
  const lighter = sentAsMuch(found.held, found.probes);
  if (lighter !== null && found.held.heldS >= heartbeatPeriodS(plan) - 0.5) {
    const text =
      `the target is saturated: ${loadText(load, found)} sent ${seen} CALLs/s, hardly more than ` +
      `${loadText(lighter.load, found)}, and would send ${later} if they were answered in time; ` +
      'the SLOs let CALLs wait: stricter ones would find the limit';
    return { ...found, notes: [...found.notes, text] };
  }
  const note =
    `in its hold the load sent ${seen} CALLs/s, in an hour it sends ${later}: the limit may be ` +
    'lower, and a longer --warmup and --hold would tell; `ocpp-load inspect` shows its waves';
  return { ...found, notes: [...found.notes, note] };
}

/** A load is lighter from here on; and of what it should send less, so little is hardly more. */
const LIGHTER = 0.8;
const HARDLY = 1 / 3;

/** The heaviest of the clearly lighter loads, if it sent about as much; null: it did not. */
function sentAsMuch(held: ProbeResult, probes: readonly ProbeResult[]): ProbeResult | null {
  const lighter = probes
    .filter(({ load, answer }) => answer === 'held' && load <= held.load * LIGHTER)
    .reduce<ProbeResult | null>((a, b) => (a === null || b.load >= a.load ? b : a), null);
  if (lighter === null) return null;
  const growth = (held.load / lighter.load - 1) * HARDLY;
  return held.callsPerS < lighter.callsPerS * (1 + growth) ? lighter : null;
}

/**
 * Before a search: that its hold is shorter than the interval of what its chargers send again and
 * again, which comes in the waves in which they connected. null: it is not.
 */
export function shortHoldNote(plan: Plan, holdS: number): string | null {
  const longest = heartbeatPeriodS(plan);
  if (longest <= holdS) return null;
  const isAsked = plan.target.kind === 'external' && isUsualPeriod(longest);
  const every = formatDurationNs(longest * 1e9);
  return (
    `Heartbeats come every ${every}${isAsked ? ' (or as the target asks)' : ''}, in the waves in ` +
    `which the chargers connect: a hold of ${holdS} s may see a wave, or none. ` +
    `--hold ${every} sees them as they are`
  );
}
