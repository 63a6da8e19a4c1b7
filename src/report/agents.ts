/** The agents of a run over several machines, a row a share. */
import type { ShareFacts } from '../fleet/share-facts.ts';
import { cleanText } from './clean.ts';
import { type Look, paint, table } from './look.ts';
import { formatCount, formatMs } from './numbers.ts';

/** A share in the hands of one agent, as plain JSON. */
export interface AgentSummary {
  readonly agent: string;
  /** From 1. */
  readonly share: number;
  readonly epoch: number;
  readonly state: ShareFacts['state'];
  readonly chargers: number;
  readonly workers: number;
  readonly offsetMs: number | null;
  readonly roundTripMs: number | null;
  readonly startSkewMs: number | null;
  readonly missingS: number;
  readonly lateS: number;
  readonly refusedS: number;
  readonly cpuS: number | null;
}

export const agentSummaries = (shares: readonly ShareFacts[]): AgentSummary[] =>
  shares.map((facts) => ({
    agent: cleanText(facts.agent),
    share: facts.share + 1,
    ...{ epoch: facts.epoch, state: facts.state },
    ...{ chargers: facts.chargers, workers: facts.workers },
    offsetMs: rounded(facts.offsetMs),
    roundTripMs: rounded(facts.roundTripMs),
    startSkewMs: rounded(facts.startSkewMs),
    ...{ missingS: facts.missing, lateS: facts.late, refusedS: facts.refused },
    cpuS: facts.cpuUs === null ? null : Number((facts.cpuUs / 1e6).toFixed(2)),
  }));

const rounded = (ms: number | null) => (ms === null ? null : Number(ms.toFixed(3)));

const HEAD = [
  'AGENTS',
  'share',
  'chargers',
  'clock ms',
  'start ms',
  'late s',
  'missing s',
  'CPU s',
];

/** Head and rows: `clock` is how far the coordinator's is ahead, within half a round trip. */
function rowsOf(agents: readonly AgentSummary[]): string[][] {
  return agents.map((each) => [
    each.agent,
    `${each.share}${each.state === 'ended' ? '' : ` ${each.state}`}`,
    formatCount(each.chargers),
    clockText(each),
    each.startSkewMs === null ? '-' : signed(each.startSkewMs),
    formatCount(each.lateS),
    formatCount(each.missingS),
    each.cpuS === null ? '-' : each.cpuS.toFixed(1),
  ]);
}

/** `+3.1 ± 0.4` */
function clockText({ offsetMs, roundTripMs }: AgentSummary): string {
  if (offsetMs === null || roundTripMs === null) return '-';
  return `${signed(offsetMs)} ± ${formatMs(roundTripMs / 2)}`;
}

const signed = (ms: number) => (ms === 0 ? '0' : `${ms < 0 ? '-' : '+'}${formatMs(Math.abs(ms))}`);

/** None of a run on one machine. */
export function agentsSection(agents: readonly AgentSummary[] | undefined, look: Look): string[] {
  if (agents === undefined) return [];
  const blocks = table(HEAD, rowsOf(agents), { width: look.width });
  return blocks.flatMap(([head, ...rows]) => [paint(look, 'bold', head), ...rows]);
}

/** The same for a table of Markdown. */
export const agentsTable = (agents: readonly AgentSummary[]) => ({
  head: ['', ...HEAD.slice(1)],
  rows: rowsOf(agents),
});
