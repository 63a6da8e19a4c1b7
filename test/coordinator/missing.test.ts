import { expect, test } from 'vitest';
import { gathering } from '../../src/coordinator/gather.ts';
import { gatherProblem } from '../../src/coordinator/missing.ts';
import type { Announcement, Offer, ShareRecord } from '../../src/share/records.ts';

const OFFER: Offer = { runId: 'night', tool: '1.2.0', chargers: 50, labels: { zone: 'a' } };
const ROOM = 'start more agents and raise --agents, or give agents a larger --capacity';
const VERSION = 'install the same version on all machines of a run';
const MORE = 'start more with `ocpp-load agent --nats URL --labels zone=a`';
const TRUST = '--trust UA on the agents';

const agent = (name: string, changes: Partial<Announcement> = {}): Announcement => ({
  ...{ agent: name, protocol: 1, tool: '1.0.0', instance: 'x', capacity: 100, chargers: 0 },
  ...{ processors: 2, labels: { zone: 'a' }, holds: [], refuses: [] },
  ...changes,
});

const held = (name: string): ShareRecord => ({
  ...{ state: 'held', agent: name, epoch: 1, renewals: 0 },
});

function problemOf(shares: number, agents: readonly Announcement[], holders: string[] = []) {
  const gather = gathering({ runId: 'night', shares });
  for (const [share, name] of holders.entries()) gather.entry(share, held(name));
  for (const each of agents) gather.announced(each);
  const tell = () => {
    const { message, hint } = gatherProblem(gather, OFFER, 30_000, shares);
    return { message, lines: hint.split('\n') };
  };
  return { gather, tell };
}

const unlabelled = (name: string) => agent(name, { labels: {} });
const untrusting = agent('u', {
  refuses: [{ runId: 'night', message: 'the run is signed by UA', hint: TRUST }],
});

test('who has no share is named with the reason, who refuses first, and what helps each', () => {
  const { gather, tell } = problemOf(
    9,
    [
      ...['b1', 'b2', 'b3'].map(unlabelled),
      ...[agent('a'), agent('c', { tool: '2.0.0' }), agent('d', { chargers: 60 })],
      ...[agent('e'), untrusting, agent('f')],
    ],
    ['a'],
  );
  const refusal = { message: 'TOKEN is missing', hint: 'set TOKEN on the agents' };
  gather.refused({ share: 1, epoch: 1, agent: 'e' }, refusal);
  const { message, lines } = tell();
  expect(message).toBe('1 of 9 shares have an agent after 30s');
  expect(lines).toEqual([
    'agent e: TOKEN is missing',
    'agent u: the run is signed by UA',
    'agent c: is version 2.0.0, this is 1.2.0',
    'agent d: has room for 40 of 50 chargers, it runs 60 now',
    'agent f: did not claim a share',
    '3 agents without the labels of --agent-labels zone=a',
    'set TOKEN on the agents',
    TRUST,
    VERSION,
    ROOM,
    `${MORE}, or lower --agents to 1`,
  ]);
});

test.each<[string, Announcement[], string[]]>([
  ['room', [agent('a', { capacity: 9 })], ['agent a: has room for 9 of 50 chargers', ROOM]],
  ['trust', [untrusting], ['agent u: the run is signed by UA', TRUST]],
  ['a label', [unlabelled('a')], ['1 agent without the labels of --agent-labels zone=a', MORE]],
  ['everybody', [], ['no agent was heard at all', MORE]],
])('what lacks is %s alone: more agents are named where they help', (_what, agents, expected) => {
  expect(problemOf(1, agents).tell().lines).toEqual(expected);
});

test('what agents write is made safe, and too many of them are counted', () => {
  const hostile = '\x1b[2Jno: nats://u:secret@host';
  const agents = Array.from({ length: 50 }, (_, i) =>
    agent(`a${i}`, { refuses: [{ runId: 'night', message: hostile, hint: `hint ${i}` }] }),
  );
  const { lines } = problemOf(1, agents).tell();
  expect(lines[0]).toBe('agent a0: no: nats://host');
  expect(lines[20]).toBe('and 30 more');
  expect(lines).toHaveLength(42);
});

test('those that do not get ready', () => {
  const { message, lines } = problemOf(1, [agent('a')], ['a']).tell();
  expect(message).toBe('1 of 1 shares are not ready after 30s: 1 at agent a');
  expect(lines).toEqual(['look at what these agents print, or give them longer with --wait 2m']);
});
