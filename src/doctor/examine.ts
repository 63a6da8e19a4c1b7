/** Reads the facts and makes the findings: of this machine alone, or for a run and its target. */
import type { SpreadWish } from '../fleet/spread.ts';
import { columnText } from '../plan/columns.ts';
import type { Plan } from '../plan/plan.ts';
import { type MachineFacts, machinePorts, readMachine } from './facts.ts';
import type { Finding } from './finding.ts';
import { checkMachine } from './machine.ts';
import { type Need, needOf } from './need.ts';
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

/** null for the embedded system, which is not there yet. */
export function targetOf({ target, tls, fleets }: Plan): Target | null {
  if (target.kind === 'embedded') return null;
  return { url: target.url, tls, identity: columnText(fleets[0].identity, 0) };
}

/** What is needed depends on the processors that there are, so it is asked for. */
export async function examine(
  needFor: (facts: MachineFacts) => Need | null,
  target: Target | null,
  { asksPrograms, reachMs }: Thoroughness,
): Promise<Finding[]> {
  const machine = await readMachine(machinePorts(asksPrograms));
  const site = target === null ? null : await reachTarget(target.url, target, reachMs);
  const need = needFor(machine);
  const isHere = need?.embedded === true || site?.isHere === true;
  return [...siteFindings(site), ...checkMachine(machine, need, isHere)];
}

const siteFindings = (site: TargetFacts | null) =>
  site === null ? [] : checkSite(site, new Date());

/** What can be said of a run without contacting anybody. */
export const examineLocally = (plan: Plan, wish: SpreadWish): Promise<Finding[]> =>
  examine((facts) => needOf(plan, wish, facts), null, QUICK);
