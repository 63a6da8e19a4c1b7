import { failureOf } from '../../engine/socket/failure.ts';
import { CONNECT_EXPLANATIONS } from '../../report/explain.ts';
import { formatMs } from '../../report/numbers.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { TargetFacts } from '../reach.ts';

const CHECK = 'tcp';

export function checkTcp({ endpoint, tcp }: TargetFacts): Finding[] {
  if (tcp === null) return [];
  const { hostname, port } = endpoint;
  const site = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
  if (!('error' in tcp)) return [ok(CHECK, `${site} answers (${formatMs(tcp.ms)} ms)`)];
  const failure = failureOf(tcp.error);
  if (failure === 'timedOut') {
    const fix = 'check the network, the VPN and the firewall, and the host of --target';
    return [problem(CHECK, `${site} does not answer`, fix)];
  }
  const { text, hint } = CONNECT_EXPLANATIONS[failure];
  return [problem(CHECK, `${site}: ${text}`, hint)];
}
