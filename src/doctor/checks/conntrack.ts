import { formatCount } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Need } from '../need.ts';

const CHECK = 'conntrack';
const TIGHT_SHARE = 0.8;

/** A full table drops the packets of new connections: they look like a target that is silent. */
export function checkConntrack({ conntrack }: MachineFacts, need: Need | null): Finding {
  if (conntrack === null) return ok(CHECK, 'connections are not tracked');
  const { used, most } = conntrack;
  const room = `${formatCount(used)} of ${formatCount(most)} in use`;
  if (need === null) return ok(CHECK, room);
  const wanted = used + need.chargers;
  const text = `${formatCount(need.chargers)} more, ${room}`;
  if (wanted <= most * TIGHT_SHARE) return ok(CHECK, text);
  const fix = `sudo sysctl -w net.netfilter.nf_conntrack_max=${Math.ceil(wanted / TIGHT_SHARE)}`;
  // An empty table is one that no rule of the firewall fills.
  return (wanted > most && used > 0 ? problem : warning)(CHECK, text, fix);
}
