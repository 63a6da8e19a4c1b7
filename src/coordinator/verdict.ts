/** What is to be said of all generators of a run: each judged by itself, and named. */
import type { ShareFacts } from '../fleet/share-facts.ts';
import { type FixFacts, fixOf } from '../health/fixes.ts';
import type { Finding, HealthCause, Trust, Verdict } from '../health/verdict.ts';
import { percent, whole } from '../health/words.ts';
import type { Plan } from '../plan/plan.ts';
import { plural } from '../report/numbers.ts';
import type { RunLog } from './log.ts';
import type { Tenure } from './shares.ts';
import { lostText } from './words.ts';

const TRUSTS: readonly Trust[] = ['INVALID', 'DEGRADED', 'VALID'];

/** Of a run so far, or at its end. @param steadyS what there was of that stage. */
export function verdictOf(
  plan: Plan,
  log: RunLog,
  facts: readonly ShareFacts[],
  steadyS: number,
): Verdict {
  const { tenures } = log.shares;
  const own = tenures.flatMap((tenure) =>
    ownVerdict(plan, tenure, steadyS).findings.map((finding) => ({ agent: tenure.agent, finding })),
  );
  const findings = [
    ...together(own),
    ...tenures.flatMap((tenure, i) => [...lost(tenure, log), ...late(facts[i], log, plan)]),
  ];
  const worst = (level: Trust) => TRUSTS.indexOf(level);
  findings.sort((a, b) => worst(a.level) - worst(b.level));
  return { trust: findings[0]?.level ?? 'VALID', findings };
}

/** Its own where it has told its end: it knows its machine better. */
function ownVerdict(plan: Plan, { end, header, judge }: Tenure, steadyS: number): Verdict {
  if (end !== null) return end.verdict;
  return judge.end({
    workers: header?.workers ?? 1,
    processors: header?.machine.cores ?? 1,
    hasScripts: plan.scriptCount > 0,
    descriptorLimit: Number.POSITIVE_INFINITY,
    steadyS,
    lostWorker: null,
  });
}

export interface OwnFinding {
  readonly agent: string;
  readonly finding: Finding;
}

/** Each cause once for all agents that have it, in the words of the first. */
export function together(own: readonly OwnFinding[]): Finding[] {
  const same = ({ finding: a }: OwnFinding, { finding: b }: OwnFinding) =>
    a.cause === b.cause && a.level === b.level;
  const firsts = own.filter((each, i) => own.findIndex((other) => same(each, other)) === i);
  return firsts.map((first) => {
    const all = own.filter((each) => same(each, first));
    const others = all.length === 1 ? '' : ` (and ${plural(all.length - 1, 'other')})`;
    return {
      ...first.finding,
      fromS: Math.min(...all.map(({ finding }) => finding.fromS)),
      toS: Math.max(...all.map(({ finding }) => finding.toS)),
      text: `agent ${first.agent}${others}: ${first.finding.text}`,
    };
  });
}

/** What a fix needs to know only of other causes. */
const NO_MACHINE: FixFacts = {
  workers: 1,
  processors: 1,
  hasScripts: false,
  descriptorLimit: Number.POSITIVE_INFINITY,
  busiest: 0,
  sentPerS: 0,
};

const degraded = (cause: HealthCause, atS: number, text: string): Finding => ({
  ...{ cause, level: 'DEGRADED', fromS: atS, toS: atS, text, fix: fixOf(cause, NO_MACHINE) },
});

function lost(tenure: Tenure, { shares }: RunLog): Finding[] {
  const { state, share, lostAtS } = tenure;
  if (state !== 'lost' && state !== 'reassigned') return [];
  const of = lostText(tenure);
  const heir = shares.current.get(share)?.agent;
  const text =
    state === 'lost'
      ? of
      : `${of}; its chargers booted again at agent ${heir}, which is a different test`;
  return [degraded('lostShare', lostAtS, text)];
}

/** Seconds that are not where they belong: as with `gaps`, some are tolerated. */
function late({ agent, late: count }: ShareFacts, { closer }: RunLog, plan: Plan): Finding[] {
  const { causes, toleratedS } = plan.generator.limits;
  const limit = causes.gaps.degraded;
  const share = count / Math.max(1, closer.next());
  if (count < toleratedS || share <= limit) return [];
  const text = `agent ${agent} delivered ${whole(count)} of ${whole(closer.next())} s too late`;
  return [degraded('missing', closer.next(), `${text} (limit ${percent(limit)})`)];
}
