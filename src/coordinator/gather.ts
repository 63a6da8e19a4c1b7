/** Who takes the shares of a run, before it begins or when one is offered again. */
import type { Announcement, RunRefusal, ShareRecord } from '../share/records.ts';
import type { Holder } from './notes.ts';
import { shown } from './words.ts';

export type Refusal = Omit<RunRefusal, 'runId'>;

/** An agent that was heard and has no share. */
export interface Missing {
  readonly agent: Announcement;
  /** What it says itself; null: nothing. */
  readonly refusal: Refusal | null;
}

export interface Gathering {
  /** What is new in it for who waits, a sentence each. */
  announced(announcement: Announcement): string[];
  /** A share's entry as it is now. */
  entry(share: number, record: ShareRecord): void;
  ready(holder: Holder): void;
  refused(holder: Holder, refusal: Refusal): void;
  /** Who is ready to run a share; null: nobody yet. */
  readyFor(share: number): Holder | null;
  /** All shares, each with an agent that is ready; null: some have none. */
  holders(): readonly Holder[] | null;
  entryOf(share: number): ShareRecord | null;
  agents(): readonly Announcement[];
  /** Those who have claimed a share, ready or not. */
  claimants(): readonly Holder[];
  /** Shares that nobody has claimed, and those whose agent is not ready. */
  lacking(): { readonly free: readonly number[]; readonly slow: readonly Holder[] };
  /** Agents that were heard and have no share, or have refused one. */
  without(): readonly Missing[];
}

export function gathering({ runId, shares }: { runId: string; shares: number }): Gathering {
  const agents = new Map<string, Announcement>();
  const instances = new Map<string, Instances>();
  const entries = new Map<number, ShareRecord>();
  const ready = new Set<string>();
  const refusals = new Map<string, Refusal>();
  const all = Array.from({ length: shares }, (_, share) => share);
  const claimant = (share: number): Holder | null => {
    const { state, agent = null, epoch = 0 } = entries.get(share) ?? { state: 'offered' };
    return state === 'offered' || agent === null ? null : { share, epoch, agent };
  };
  const readyFor = (share: number) => {
    const holder = claimant(share);
    return holder !== null && ready.has(keyOf(holder)) ? holder : null;
  };
  const announcedRefusal = ({ refuses }: Announcement) =>
    refuses.find((refusal) => refusal.runId === runId);
  return {
    announced(announcement) {
      const { agent, instance } = announcement;
      const before = agents.get(agent);
      agents.set(agent, announcement);
      const seen = instances.get(agent) ?? { earlier: [], areTwins: false };
      const now = seenNow(seen, before?.instance ?? instance, instance);
      instances.set(agent, now);
      // Another process has the name: what the one before could not do this one may.
      const isAnother = before !== undefined && before.instance !== instance;
      if (isAnother && !now.areTwins) refusals.delete(agent);
      if (now.areTwins) return seen.areTwins ? [] : [twinsText(agent)];
      const refusal = announcedRefusal(announcement);
      const isKnown = before !== undefined && announcedRefusal(before) !== undefined;
      if (refusal === undefined || isKnown) return [];
      return [`agent ${agent} refuses the run: ${shown(refusal.message)}`];
    },
    entry: (share, record) => void entries.set(share, record),
    ready: (holder) => void ready.add(keyOf(holder)),
    refused: ({ agent }, refusal) => void refusals.set(agent, refusal),
    readyFor,
    holders() {
      const holders = all.flatMap((share) => readyFor(share) ?? []);
      return holders.length === shares ? holders : null;
    },
    entryOf: (share) => entries.get(share) ?? null,
    agents: () => [...agents.values()],
    claimants: () => all.flatMap((share) => claimant(share) ?? []),
    lacking() {
      const free = all.filter((share) => claimant(share) === null);
      const slow = all.flatMap((share) =>
        readyFor(share) === null ? (claimant(share) ?? []) : [],
      );
      return { free, slow };
    },
    without: () =>
      [...agents.values()].flatMap((agent) => {
        const refusal = refusals.get(agent.agent) ?? announcedRefusal(agent) ?? null;
        const has = all.some((share) => claimant(share)?.agent === agent.agent);
        return has && refusal === null ? [] : [{ agent, refusal }];
      }),
  };
}

const keyOf = ({ share, epoch, agent }: Holder) => `${share}/${epoch}/${agent}`;

/** Processes that announced themselves by one name before the one that did last. */
interface Instances {
  readonly earlier: readonly string[];
  readonly areTwins: boolean;
}

const MOST_INSTANCES = 8;

/** A process that was restarted has another instance for good: two that take turns are two. */
function seenNow({ earlier, areTwins }: Instances, last: string, now: string): Instances {
  if (last === now) return { earlier, areTwins };
  const known = [...earlier, last].slice(-MOST_INSTANCES);
  return { earlier: known, areTwins: areTwins || earlier.includes(now) };
}

const twinsText = (agent: string) => `two agents are called ${agent}: give each its own --name`;
