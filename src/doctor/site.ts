/** The findings about the target, as far as one connection tells. */
import { checkDns } from './checks/dns.ts';
import { checkTcp } from './checks/tcp.ts';
import { checkTls } from './checks/tls.ts';
import type { Finding } from './finding.ts';
import type { TargetFacts } from './reach.ts';

export function checkSite(facts: TargetFacts, now: Date): Finding[] {
  return [...checkDns(facts), ...checkTcp(facts), ...checkTls(facts, now)];
}
