import { formatCount } from '../../report/numbers.ts';
import type { MachineFacts } from '../facts.ts';
import { type Finding, ok, unknown, warning } from '../finding.ts';
import type { Need } from '../need.ts';

const CHECK = 'listen queue';

/** Of a target on this machine: connects that it has not accepted yet wait, or are dropped. */
export function checkListenQueue(facts: MachineFacts, need: Need | null): Finding {
  const { acceptQueue, synQueue } = facts;
  if (acceptQueue === null || synQueue === null) return unknown(CHECK, 'its length is not told');
  const [accept, syn] = [acceptQueue, synQueue].map(formatCount);
  const text = `somaxconn ${accept}, tcp_max_syn_backlog ${syn}`;
  if (need?.load == null) return ok(CHECK, text);
  const atOnce = Math.min(need.chargers, need.load.maxHandshakes);
  const tooShort = [
    ['net.core.somaxconn', acceptQueue],
    ['net.ipv4.tcp_max_syn_backlog', synQueue],
  ].filter(([, length]) => Number(length) < atOnce);
  if (tooShort.length === 0) return ok(CHECK, text);
  const says = `${text}, with ${formatCount(atOnce)} handshakes at once`;
  const settings = tooShort.map(([name]) => `${name}=4096`).join(' ');
  return warning(CHECK, says, `sudo sysctl -w ${settings}`);
}
