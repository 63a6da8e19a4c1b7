import { formatBytes } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, problem, unknown, warning } from '../finding.ts';
import type { Need } from '../need.ts';

const CHECK = 'memory';
/** The forecast is of what was measured on one machine. */
const TIGHT_SHARE = 0.8;

export function checkMemory(facts: MachineFacts, need: Need | null): Finding {
  const free = freeBytes(facts);
  if (free === null) return unknown(CHECK, 'how much is free is not told');
  const where = free === facts.availableBytes ? 'free' : 'left in the control group';
  if (need === null) return ok(CHECK, `${formatBytes(free)} ${where}`);
  const text = `~${formatBytes(need.memoryBytes)} of ${formatBytes(free)} ${where}`;
  if (need.memoryBytes <= free * TIGHT_SHARE) return ok(CHECK, text);
  const level = need.memoryBytes > free ? problem : warning;
  return level(CHECK, text, fix(need, free));
}

function freeBytes({ availableBytes, groupMemoryBytes }: MachineFacts): number | null {
  if (availableBytes === null || groupMemoryBytes === null) {
    return availableBytes ?? groupMemoryBytes;
  }
  return Math.min(availableBytes, groupMemoryBytes);
}

/** As if the forecast were proportional, which leaves a little room. */
function fix({ chargers, memoryBytes }: Need, free: number): string {
  const fit = Math.floor((chargers * free * TIGHT_SHARE) / memoryBytes);
  return fit > 0 ? `--chargers ${fit}` : 'end other programs: ps aux --sort=-rss | head';
}
