import { formatMs } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, unknown, warning } from '../finding.ts';

const CHECK = 'wall clock';
const MOST_OFFSET_MS = 100;
const FIX = 'sudo timedatectl set-ntp true';

/** The chargers write its time into their messages; latencies come from the monotonic clock. */
export function checkWallClock({ wallClock }: MachineFacts): Finding {
  if (wallClock === null) return unknown(CHECK, 'no keeper of the time that we can ask');
  const { synchronised, offsetMs } = wallClock;
  if (!synchronised) return warning(CHECK, 'not synchronised by NTP', FIX);
  if (offsetMs === null) return ok(CHECK, 'NTP synchronised');
  const text = `NTP synchronised (${formatMs(offsetMs)} ms off)`;
  return offsetMs > MOST_OFFSET_MS
    ? warning(CHECK, text, 'sudo chronyc makestep')
    : ok(CHECK, text);
}
