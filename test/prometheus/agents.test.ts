import { expect, test } from 'vitest';
import type { ShareFacts } from '../../src/fleet/share-facts.ts';
import {
  agentNames,
  byAgent,
  isUp,
  MOST_AGENTS,
  missingSeconds,
  offsetS,
} from '../../src/prometheus/agents.ts';

const facts = (agent: string, changes: Partial<ShareFacts> = {}) =>
  ({ agent, state: 'running', offsetMs: 5, missing: 1, late: 2, ...changes }) as ShareFacts;

test('an agent has one series, whatever it has of the run', () => {
  const names = agentNames(['a', 'b', 'a', 'c']);
  expect(names).toEqual(['a', 'b', 'c']);
  const shares = [facts('a'), facts('b', { state: 'silent', offsetMs: null }), facts('a')];
  expect(byAgent(names, shares, isUp)).toEqual([1, 0, null]);
  expect(byAgent(names, shares, offsetS)).toEqual([0.005, null, null]);
  expect(byAgent(names, shares, missingSeconds)).toEqual([6, 3, null]);
  expect(byAgent(names, undefined, isUp)).toEqual([null, null, null]);
});

test('their number has a limit, and a run on one machine has none', () => {
  const many = Array.from({ length: MOST_AGENTS + 5 }, (_, i) => `a${i}`);
  expect(agentNames(many)).toHaveLength(MOST_AGENTS);
  expect(agentNames()).toEqual([]);
});
