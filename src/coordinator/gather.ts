/** Who takes the shares of a run, before it begins or when one is offered again. */
import { formatDurationNs } from '../base/units.ts';
import type { Announcement, Offer, ShareRecord } from '../share/records.ts';
import type { Holder } from './notes.ts';

export interface Gathering {
  announced(announcement: Announcement): void;
  /** A share's entry as it is now. */
  entry(share: number, record: ShareRecord): void;
  ready(holder: Holder): void;
  refused(holder: Holder, message: string): void;
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
  /** Why each agent that was heard has no share, a line each. */
  reasons(offer: Offer): string[];
}

export function gathering(shares: number): Gathering {
  const agents = new Map<string, Announcement>();
  const entries = new Map<number, ShareRecord>();
  const ready = new Set<string>();
  const refusals = new Map<string, string>();
  const all = Array.from({ length: shares }, (_, share) => share);
  const claimant = (share: number): Holder | null => {
    const { state, agent = null, epoch = 0 } = entries.get(share) ?? { state: 'offered' };
    return state === 'offered' || agent === null ? null : { share, epoch, agent };
  };
  const readyFor = (share: number) => {
    const holder = claimant(share);
    return holder !== null && ready.has(keyOf(holder)) ? holder : null;
  };
  return {
    announced: (announcement) => void agents.set(announcement.agent, announcement),
    entry: (share, record) => void entries.set(share, record),
    ready: (holder) => void ready.add(keyOf(holder)),
    refused({ agent }, message) {
      refusals.set(agent, message);
    },
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
    reasons: (offer) =>
      [...agents.values()].flatMap((agent) => {
        const has = all.some((share) => claimant(share)?.agent === agent.agent);
        const refusal = refusals.get(agent.agent);
        if (has && refusal === undefined) return [];
        const reason = refusal ?? unfit(agent, offer);
        return [`agent ${agent.agent}: ${reason}`];
      }),
  };
}

const keyOf = ({ share, epoch, agent }: Holder) => `${share}/${epoch}/${agent}`;

/** Why an agent may not have claimed a share, by what it says of itself. */
function unfit({ labels, tool, capacity, chargers }: Announcement, offer: Offer): string {
  const label = Object.entries(offer.labels).find(([name, value]) => labels[name] !== value);
  if (label !== undefined) return `lacks the label ${label.join('=')}`;
  if (majorOf(tool) !== majorOf(offer.tool)) return `is version ${tool}, this is ${offer.tool}`;
  if (capacity - chargers < offer.chargers) {
    return `has room for ${Math.max(0, capacity - chargers)} of ${offer.chargers} chargers`;
  }
  return 'did not claim a share';
}

const majorOf = (version: string) => version.split('.')[0];

/** What is missing after a wait in vain: a sentence, and what may help. */
export function gatherProblem(
  gathering: Gathering,
  offer: Offer,
  waitedMs: number,
  shares: number,
): { readonly message: string; readonly hint: string } {
  const { free, slow } = gathering.lacking();
  const waited = formatDurationNs(waitedMs * 1e6);
  const held = shares - free.length;
  const [message, hint] =
    free.length > 0
      ? [
          `${held} of ${shares} shares have an agent after ${waited}`,
          `start more with \`ocpp-load agent --nats URL\`, or lower --agents to ${held || 1}`,
        ]
      : [
          `${slow.length} of ${shares} shares are not ready after ${waited}: ` +
            slow.map(({ share, agent }) => `${share + 1} at agent ${agent}`).join(', '),
          'look at what these agents print, or give them longer with --wait 2m',
        ];
  const heard = gathering.agents().length === 0 ? ['no agent was heard at all'] : [];
  return { message, hint: [...heard, ...gathering.reasons(offer), hint].join('\n') };
}
