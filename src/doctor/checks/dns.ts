import { formatMs, plural } from '../../report/numbers.ts';
import { type Finding, ok, problem } from '../finding.ts';
import type { TargetFacts } from '../reach.ts';

const CHECK = 'dns';

/** A run looks the host up once, and all chargers connect to the first address. */
export function checkDns({ endpoint, dns }: TargetFacts): Finding[] {
  if (dns === null) return [];
  const { hostname } = endpoint;
  if ('error' in dns) {
    const code = dns.error.code ?? dns.error.message;
    const says = `the host '${hostname}' is not known (${code})`;
    return [
      problem(
        CHECK,
        says,
        `getent hosts ${hostname} asks the name service; is --target spelt right?`,
      ),
    ];
  }
  const [first, ...others] = dns.addresses;
  const more =
    others.length > 0 ? `, the first of ${plural(others.length + 1, 'address', 'addresses')}` : '';
  return [ok(CHECK, `${hostname} is ${first}${more} (${formatMs(dns.ms)} ms)`)];
}
