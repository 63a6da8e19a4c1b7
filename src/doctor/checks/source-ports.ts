import { usablePorts } from '../../engine/socket/port-pool.ts';
import { systemChoosesPorts } from '../../fleet/routes.ts';
import { formatCount } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { Need } from '../need.ts';

const CHECK = 'source ports';

/**
 * Ports of one source address to one address and port of a target. Linux tries those of one parity
 * first: when half of its range is in use, every connect searches that half in vain (measured:
 * 18 000 connects/s below, 70 above). From there on ocpp-load chooses from all there are.
 */
export function checkSourcePorts(facts: MachineFacts, need: Need | null): Finding {
  const half = Math.floor(facts.sourcePorts / 2);
  // One of them may be the target's own.
  const most = usablePorts(facts.reservedPorts, 0).length - 1;
  const upTo = `${formatCount(most)} at most`;
  if (need === null) {
    return ok(CHECK, `to one address and port ${upTo}${waiting(facts)}`);
  }
  const { chargers, sources } = need.busiestPair;
  const from = sources.length > 1 ? 'from one address to one address' : 'to one address';
  const asked = `${formatCount(chargers)} ${from} and port, ${upTo}`;
  if (chargers > most) return problem(CHECK, asked, fix(need, most));
  if (systemChoosesPorts(chargers, sources, facts)) return ok(CHECK, asked + waiting(facts));
  const why = sources.length > 0 ? '' : ` above ${formatCount(half)}`;
  return ok(CHECK, `${asked}; ocpp-load chooses them${why}${waiting(facts)}`);
}

/** They hold a port to their own destination only, and nobody tells which that is. */
const waiting = ({ timeWait }: MachineFacts) =>
  timeWait ? ` (${formatCount(timeWait)} in TIME_WAIT)` : '';

function fix({ chargers, busiestPair: pair }: Need, most: number): string {
  const addresses = Math.ceil((pair.chargers * Math.max(1, pair.sources.length)) / most);
  const fewer = Math.floor((chargers * most) / pair.chargers);
  const of = `${addresses} addresses of this machine`;
  return `--source-addresses with ${of}, more targets, or --chargers ${fewer}`;
}
