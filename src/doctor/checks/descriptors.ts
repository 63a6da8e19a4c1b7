import { descriptorsNeeded, mostChargers } from '../../fleet/limits.ts';
import { MOST_PROCESSES } from '../../fleet/spread.ts';
import { formatCount } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, problem, unknown } from '../finding.ts';
import type { Need } from '../need.ts';

const CHECK = 'descriptors';

/** A charger is a socket, and a socket a file descriptor. */
export function checkDescriptors({ descriptors }: MachineFacts, need: Need | null): Finding {
  if (descriptors === null) return unknown(CHECK, 'the limit of a process is not told');
  const limit = Number.isFinite(descriptors) ? formatCount(descriptors) : 'unlimited';
  const most = mostChargers(descriptors);
  if (need === null) {
    const enough = Number.isFinite(most) ? `, enough for ${formatCount(most)} chargers` : '';
    return ok(CHECK, `${limit} in a process${enough}`);
  }
  const { chargers, chargersPerProcess, processes, embedded, light } = need;
  const needed = descriptorsNeeded(chargersPerProcess);
  const one = processes === 1;
  const each = one ? 'in one process' : `in each of ${processes} processes`;
  if (needed > descriptors) {
    const text = `need ${formatCount(needed)} ${each}, limit ${limit}`;
    return problem(CHECK, text, fix(needed, need, most));
  }
  const ofTarget = descriptorsNeeded(chargers);
  // The light one spreads over processes by itself.
  if (embedded && !light && ofTarget > descriptors) {
    const text = `the embedded central system needs ${formatCount(ofTarget)}, limit ${limit}`;
    const raise = fix(ofTarget, { ...need, processes: MOST_PROCESSES }, most);
    return problem(CHECK, text, `embedded: { light: true } in the scenario, or ${raise}`);
  }
  return ok(CHECK, `need ${formatCount(needed)} ${one ? '' : `${each}, `}of ${limit}`);
}

/** Node has raised the soft limit to the hard one already. */
function fix(needed: number, { chargers, processes }: Need, most: number): string {
  const raise = `sudo prlimit --pid $$ --nofile=${needed}:${needed}`;
  if (most === 0) return raise;
  const enough = Math.ceil(chargers / most);
  const spread = enough > processes && enough <= MOST_PROCESSES ? `--processes ${enough}, or ` : '';
  return `${raise}, or ${spread}--chargers ${most}`;
}
