import { isIPv6 } from 'node:net';
import { plural } from '../../report/numbers.ts';
import { type Finding, ok, problem } from '../finding.ts';

const CHECK = 'source addresses';
const HERE = "`ip -brief address` lists this machine's";

export interface SourceFacts {
  /** As they were asked for; none: nothing is looked at. */
  readonly sources: readonly string[];
  /** Those of them that are no address of this machine. */
  readonly foreign: readonly string[];
  /** Addresses of the targets, as far as they are known. */
  readonly targets: readonly string[];
}

/** Whether chargers can connect from these addresses to those of the targets. */
export function checkSourceAddresses({ sources, foreign, targets }: SourceFacts): Finding[] {
  if (sources.length === 0) return [];
  if (foreign.length > 0) {
    const [first, ...others] = foreign;
    const more = others.length > 0 ? ` and ${plural(others.length, 'other')}` : '';
    const says = `${first}${more}: no address of this machine`;
    return [problem(CHECK, says, `${HERE}; sudo ip address add ${first} dev DEVICE adds one`)];
  }
  for (const target of targets) {
    const unfit = sources.find((source) => isIPv6(source) !== isIPv6(target));
    if (unfit !== undefined) {
      const says = `${unfit} cannot connect to ${target}: one is IPv4, the other IPv6`;
      return [problem(CHECK, says, 'give source addresses of the kind that the target has')];
    }
    const inner = sources.find((source) => isLoopback(source) && !isLoopback(target));
    if (inner !== undefined) {
      const says = `${inner} cannot connect to ${target}: it reaches this machine only`;
      return [problem(CHECK, says, HERE)];
    }
  }
  return [ok(CHECK, plural(sources.length, 'address', 'addresses'))];
}

const isLoopback = (address: string) => address.startsWith('127.') || address === '::1';
