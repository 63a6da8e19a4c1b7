/** Whether a hold saw the load that a fleet makes in the long run. */
import { formatDurationNs } from '../base/units.ts';
import type { CapacityResult } from '../capacity/result.ts';
import { expectLoad } from '../plan/expect.ts';
import { heartbeatPeriodS, isUsualPeriod } from '../plan/period.ts';
import type { Plan } from '../plan/plan.ts';
import { formatRate } from '../report/numbers.ts';

const LONG_RUN_S = 3600;
const SEEN_SHARE = 0.9;

/**
 * With a note when the load that held sent less than it will: sessions that only began in the hold,
 * Heartbeats that come in waves. Nothing is known of closed loops and scripts.
 */
export function toldOfLongRun(
  found: CapacityResult,
  planAt: (load: number, holdS: number) => Plan,
): CapacityResult {
  if (found.held === null) return found;
  const { load, callsPerS } = found.held;
  const expected = expectLoad(planAt(load, LONG_RUN_S));
  const isPartial = expected.fleets.some(({ unbounded, scripted }) => unbounded || scripted);
  if (isPartial || callsPerS >= SEEN_SHARE * expected.steadyCallsPerS) return found;
  const [seen, later] = [callsPerS, expected.steadyCallsPerS].map(formatRate);
  const note =
    `in its hold the load sent ${seen} CALLs/s, in an hour it sends ${later}: the limit may be ` +
    'lower, and a longer --warmup and --hold would tell; `ocpp-load inspect` shows its waves';
  return { ...found, notes: [...found.notes, note] };
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
