/** How this machine reaches the targets of a run: their addresses, and who chooses its ports. */
import { lookup } from 'node:dns/promises';
import { UserError } from '../base/errors.ts';
import type { Plan } from '../plan/plan.ts';
import { mostInPair, numbered, type Reached, type Routes } from '../plan/routes.ts';
import { type RunShare, WHOLE_RUN } from '../plan/split.ts';
import type { MachineLimits } from './limits.ts';

/**
 * One look-up a host for the whole run, so that connects do not measure the resolver.
 * @throws UserError for a host that is not known.
 */
export async function reachedBy(urls: readonly string[]): Promise<Reached[]> {
  const lookUps = new Map(urls.map((url) => [hostOf(url), null as Promise<string> | null]));
  for (const host of lookUps.keys()) lookUps.set(host, addressOf(host));
  // All of them are waited for: a second that fails must not be a rejection nobody handles.
  const addresses = await Promise.allSettled(urls.map((url) => lookUps.get(hostOf(url))));
  return addresses.map((address, index) => {
    if (address.status === 'rejected') throw address.reason;
    return { url: urls[index], address: address.value as string };
  });
}

const parsed = (url: string) => new URL(url.replaceAll('{id}', 'id'));
const hostOf = (url: string) => parsed(url).hostname.replace(/^\[|\]$/g, '');

async function addressOf(host: string): Promise<string> {
  try {
    // A name with both kinds of address, as localhost, mostly has its service on the IPv4 one.
    return (await lookup(host, { order: 'ipv4first' })).address;
  } catch (error) {
    throw new UserError(
      `the target's host '${host}' is not known (${(error as NodeJS.ErrnoException).code})`,
      'check the spelling of the target, or the name service of this machine',
    );
  }
}

/** `10.0.0.5:9000`, by target: what its connections have in common. */
export const siteOf = (url: string, address: string): string => {
  const { port, protocol } = parsed(url);
  return `${address}:${port || (protocol === 'wss:' ? 443 : 80)}`;
};

/** The same before the look-up. */
export const siteByName = (url: string): string => siteOf(url, hostOf(url));

/** The system chooses for small fleets, as for every other program. */
export function routesOf(
  plan: Plan,
  targets: readonly Reached[],
  { sourcePorts, reservedPorts }: Pick<MachineLimits, 'sourcePorts' | 'reservedPorts'>,
  share: RunShare = WHOLE_RUN,
): Routes {
  const destinations = numbered(targets.map(({ url, address }) => siteOf(url, address)));
  const load = mostInPair(plan, { destinations, sources: 1 }, share);
  const own = plan.sourceAddresses;
  if (systemChoosesPorts(load, own, { sourcePorts })) return { targets, sources: null };
  const addresses = own.length > 0 ? own : [null];
  return { targets, sources: { addresses, destinations, reservedPorts } };
}

/** As long as it need not search for a free port; with addresses of ours it would take any. */
export const systemChoosesPorts = (
  chargersInPair: number,
  sourceAddresses: readonly string[],
  { sourcePorts }: Pick<MachineLimits, 'sourcePorts'>,
): boolean => sourceAddresses.length === 0 && chargersInPair <= sourcePorts / 2;
