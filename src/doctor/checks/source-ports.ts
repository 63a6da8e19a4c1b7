import { formatCount } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, problem, warning } from '../finding.ts';
import type { Need } from '../need.ts';

const CHECK = 'source ports';
const WIDEST = '1024 65535';
const WIDEST_COUNT = 64_512;

/**
 * Ports of one source address to one address and port. Linux tries those of one parity first: when
 * half of the range is in use, every connect searches that half in vain. Measured: 18 000
 * connects/s below, 70 above.
 */
export function checkSourcePorts(facts: MachineFacts, need: Need | null): Finding {
  const { sourcePorts } = facts;
  const half = Math.floor(sourcePorts / 2);
  const slow = `~${formatCount(half)} before connects slow down`;
  if (need === null) {
    return ok(CHECK, `${slow}, ${formatCount(sourcePorts)} at most${waiting(facts)}`);
  }
  const asked = `${formatCount(need.chargers)} to one address and port, ${slow}`;
  if (need.chargers <= half) return ok(CHECK, asked + waiting(facts));
  const level = need.chargers > sourcePorts ? problem : warning;
  const most = `${asked}, ${formatCount(sourcePorts)} at most`;
  return level(CHECK, most, fix(need.chargers, sourcePorts));
}

/** They hold a port to their own destination only, and nobody tells which that is. */
const waiting = ({ timeWait }: MachineFacts) =>
  timeWait ? ` (${formatCount(timeWait)} in TIME_WAIT)` : '';

function fix(chargers: number, sourcePorts: number): string {
  const fewer = `--chargers ${Math.floor(Math.max(sourcePorts, WIDEST_COUNT) / 2)}`;
  const widen = `sudo sysctl -w net.ipv4.ip_local_port_range="${WIDEST}"`;
  if (sourcePorts >= WIDEST_COUNT) return fewer;
  return chargers <= WIDEST_COUNT / 2 ? widen : `${widen} and ${fewer}`;
}
