import { descriptorsNeeded, mostChargers } from '../../fleet/limits.ts';
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
  const needed = descriptorsNeeded(need.chargers);
  if (needed <= descriptors) return ok(CHECK, `need ${formatCount(needed)} of ${limit}`);
  return problem(
    CHECK,
    `need ${formatCount(needed)} in one process, limit ${limit}`,
    // Node has raised the soft limit to the hard one already.
    either(`sudo prlimit --pid $$ --nofile=${needed}:${needed}`, most),
  );
}

const either = (command: string, most: number) =>
  most > 0 ? `${command}, or --chargers ${most}` : command;
