import { describe, expect, test } from 'vitest';
import type { ShareFacts } from '../../src/fleet/share-facts.ts';
import { agentSummaries, agentsSection } from '../../src/report/agents.ts';
import { PLAIN_LOOK } from '../../src/report/look.ts';
import { markdownText } from '../../src/report/markdown.ts';
import { outcomeOf } from '../../src/report/outcome.ts';
import { buildSummary } from '../../src/report/summary.ts';
import { summaryText } from '../../src/report/text.ts';
import { fixtureResult } from './fixtures.ts';
import { expectGolden } from './golden.ts';

const facts = (agent: string, changes: Partial<ShareFacts> = {}): ShareFacts => ({
  ...{ share: 0, agent, epoch: 1, chargers: 1_667, workers: 4, offsetMs: 3.1278 },
  ...{ roundTripMs: 0.8, startSkewMs: -1.25, missing: 0, late: 0, refused: 0, cpuUs: 81_500_000 },
  ...{ state: 'ended' as const },
  ...changes,
});

const SHARES = [
  facts('zone-a-1'),
  facts('zone-b-1', {
    ...{ share: 1, offsetMs: -1_200.4, startSkewMs: 72.25, late: 4, missing: 27, refused: 2 },
    ...{ state: 'reassigned', cpuUs: null },
  }),
  facts('zone-b-2', { share: 1, epoch: 2, startSkewMs: null, offsetMs: null, roundTripMs: null }),
];

test('golden: agents', () => {
  const lines = agentsSection(agentSummaries(SHARES), PLAIN_LOOK);
  expectGolden('agents.txt', `${lines.join('\n')}\n`);
});

describe('only a run over several machines', () => {
  const reports = (shares?: readonly ShareFacts[]) => {
    const result = fixtureResult([], { shares });
    const summary = buildSummary(result);
    const outcome = outcomeOf(result, summary);
    return [
      summaryText(result, summary, outcome, { look: PLAIN_LOOK }),
      markdownText(result, summary, outcome, '1.2.3'),
      JSON.stringify(summary),
    ];
  };

  test('tells of agents, in every report', () => {
    for (const text of reports(SHARES)) expect(text).toContain('zone-b-2');
    for (const text of reports()) expect(text.toLowerCase()).not.toContain('agents');
  });

  test('whose share was lost ends with its own words', () => {
    const shares = [facts('b', { state: 'lost' })];
    const error = new Error('share 1 was lost with agent b: not heard of for 30s');
    const result = fixtureResult([], { shares, ending: 'shardError', error });
    expect(outcomeOf(result, buildSummary(result)).causes[0]).toBe(error.message);
  });
});
