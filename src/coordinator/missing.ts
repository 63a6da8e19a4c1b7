/** What a coordinator that waited in vain tells: what is missing, why, and what helps. */
import { formatDurationNs } from '../base/units.ts';
import { plural } from '../report/numbers.ts';
import type { Offer } from '../share/records.ts';
import type { Gathering, Missing } from './gather.ts';
import { shown } from './words.ts';

/** Why an agent has no share. */
interface Reason {
  readonly text: string;
  /** What helps; '': unknown. */
  readonly fix: string;
}

/** Of agents, and of ways to mend it. */
const MOST_LINES = 20;

/** A sentence on what is missing, and what may help. */
export function gatherProblem(
  gathering: Gathering,
  offer: Offer,
  waitedMs: number,
  shares: number,
): { readonly message: string; readonly hint: string } {
  const { free, slow } = gathering.lacking();
  const waited = formatDurationNs(waitedMs * 1e6);
  const held = shares - free.length;
  const without = gathering.without();
  const unlabelled = without.filter((each) => each.refusal === null && lacksLabel(each, offer));
  const reasons = without
    .filter((each) => !unlabelled.includes(each))
    // What agents say themselves comes first.
    .toSorted((a, b) => Number(a.refusal === null) - Number(b.refusal === null))
    .map((each) => ({ ...reasonOf(each, offer), agent: each.agent.agent }));
  const heard = [
    ...(gathering.agents().length === 0 ? ['no agent was heard at all'] : []),
    ...few(reasons.map(({ agent, text }) => `agent ${agent}: ${text}`)),
    ...(unlabelled.length > 0 ? [labelText(unlabelled.length, offer)] : []),
  ];
  const fixes = few([...new Set(reasons.map(({ fix }) => fix))].filter((fix) => fix !== ''));
  if (free.length === 0) {
    const message =
      `${slow.length} of ${shares} shares are not ready after ${waited}: ` +
      slow.map(({ share, agent }) => `${share + 1} at agent ${agent}`).join(', ');
    const hint = 'look at what these agents print, or give them longer with --wait 2m';
    return { message, hint: [...heard, ...fixes, hint].join('\n') };
  }
  const mendable = reasons.filter(({ fix }) => fix !== '').length;
  const more = mendable < free.length ? [moreText(held, offer)] : [];
  return {
    message: `${held} of ${shares} shares have an agent after ${waited}`,
    hint: [...heard, ...fixes, ...more].join('\n'),
  };
}

function few(lines: readonly string[]): string[] {
  const others = lines.length - MOST_LINES;
  return others <= 1 ? [...lines] : [...lines.slice(0, MOST_LINES), `and ${others} more`];
}

function moreText(held: number, { labels }: Offer): string {
  const labelled = labelsText(labels);
  const flags = labelled === '' ? '' : ` --labels ${labelled}`;
  const fewer = held === 0 ? '' : `, or lower --agents to ${held}`;
  return `start more with \`ocpp-load agent --nats URL${flags}\`${fewer}`;
}

const labelsText = (labels: Offer['labels']) =>
  Object.entries(labels)
    .map((label) => label.join('='))
    .join(',');

const labelText = (count: number, { labels }: Offer) =>
  `${plural(count, 'agent')} without the labels of --agent-labels ${labelsText(labels)}`;

const lacksLabel = ({ agent }: Missing, { labels }: Offer) =>
  Object.entries(labels).some(([name, value]) => agent.labels[name] !== value);

function reasonOf({ agent, refusal }: Missing, offer: Offer): Reason {
  if (refusal !== null) return { text: shown(refusal.message), fix: shown(refusal.hint) };
  const { tool, capacity, chargers } = agent;
  const room = Math.max(0, capacity - chargers);
  if (room < offer.chargers) {
    const busy = chargers === 0 ? '' : `, it runs ${chargers} now`;
    return {
      text: `has room for ${room} of ${offer.chargers} chargers${busy}`,
      fix: 'start more agents and raise --agents, or give agents a larger --capacity',
    };
  }
  if (majorOf(tool) !== majorOf(offer.tool)) {
    return {
      text: `is version ${shown(tool)}, this is ${offer.tool}`,
      fix: 'install the same version on all machines of a run',
    };
  }
  return { text: 'did not claim a share', fix: '' };
}

const majorOf = (version: string) => version.split('.')[0];
