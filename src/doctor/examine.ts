/** Reads the facts and makes the findings: of this machine alone, or for a run and its target. */
import { siteByName, siteOf } from '../fleet/routes.ts';
import type { SpreadWish } from '../fleet/spread.ts';
import { columnText } from '../plan/columns.ts';
import type { Plan } from '../plan/plan.ts';
import { checkSourceAddresses } from './checks/source-addresses.ts';
import { type MachineFacts, machinePorts, readMachine } from './facts.ts';
import { CHECKS, type Finding } from './finding.ts';
import { checkMachine } from './machine.ts';
import { type Need, needOf } from './need.ts';
import { foreignAddresses } from './own-addresses.ts';
import { reachTarget, type TargetFacts, type TlsManners } from './reach.ts';
import { checkSite } from './site.ts';

/** How much is looked at. */
export interface Thoroughness {
  /** Other programs of this machine may be asked, such as chronyc. */
  readonly asksPrograms: boolean;
  /** For the look-up, the connection and the handshake together. */
  readonly reachMs: number;
}

export const THOROUGH: Thoroughness = { asksPrograms: true, reachMs: 5_000 };
/** Before every run: nobody should wait for it. */
export const QUICK: Thoroughness = { asksPrograms: false, reachMs: 2_000 };

/** Whom to connect to, and as whom. */
export interface Target extends TlsManners {
  readonly url: string;
}

/** None for the embedded system, which is not there yet. */
export function targetsOf({ target, tls, fleets }: Plan): Target[] {
  if (target.kind === 'embedded') return [];
  const identity = columnText(fleets[0].identity, 0);
  return target.urls.map((url) => ({ url, tls, identity }));
}

/** What is needed depends on the processors that there are, so it is asked for. */
export async function examine(
  needFor: (facts: MachineFacts, sites?: readonly string[]) => Need | null,
  targets: readonly Target[],
  { asksPrograms, reachMs }: Thoroughness,
): Promise<Finding[]> {
  const machine = await readMachine(machinePorts(asksPrograms));
  const reached = await reachAll(targets, reachMs);
  const found = targets.map(({ url }) => addressOf(reached.get(siteByName(url))));
  const sites = targets.map(({ url }, index) => {
    const address = found[index];
    return address === null ? siteByName(url) : siteOf(url, address);
  });
  const need = needFor(machine, targets.length > 0 ? sites : undefined);
  const all = [...reached.values()];
  const isHere = need?.embedded === true || all.some((site) => site.isHere);
  const sources = need?.busiestPair.sources ?? [];
  const sourceFacts = {
    sources,
    foreign: await foreignAddresses(sources),
    targets: need?.embedded ? ['127.0.0.1'] : found.filter((address) => address !== null),
  };
  return [
    ...siteFindings(all),
    ...checkSourceAddresses(sourceFacts),
    ...checkMachine(machine, need, isHere),
  ].toSorted((a, b) => CHECKS.indexOf(a.check) - CHECKS.indexOf(b.check));
}

/** By host and port, all at once: one connection to each. */
async function reachAll(
  targets: readonly Target[],
  reachMs: number,
): Promise<Map<string, TargetFacts>> {
  const first = new Map(targets.map((target) => [siteByName(target.url), target]));
  const entries = [...first].map(
    async ([site, target]) => [site, await reachTarget(target.url, target, reachMs)] as const,
  );
  return new Map(await Promise.all(entries));
}

function addressOf(facts: TargetFacts | undefined): string | null {
  if (facts === undefined) return null;
  const { dns, endpoint } = facts;
  if (dns === null) return endpoint.hostname;
  return 'addresses' in dns ? dns.addresses[0] : null;
}

/** A certificate does not say at whose door it was shown. */
function siteFindings(sites: readonly TargetFacts[]): Finding[] {
  const now = new Date();
  return sites.flatMap((site) =>
    checkSite(site, now).map((finding) =>
      sites.length > 1 && finding.check === 'tls'
        ? { ...finding, text: `${site.endpoint.hostHeader}: ${finding.text}` }
        : finding,
    ),
  );
}

/** What can be said of a run without contacting anybody. */
export const examineLocally = (plan: Plan, wish: SpreadWish): Promise<Finding[]> =>
  examine((facts) => needOf(plan, wish, facts), [], QUICK);
