/** Says that it is there, takes shares of runs that are offered, and has them run. */
import { ExitCode, UserError } from '../base/errors.ts';
import { BusError } from '../bus/bus.ts';
import { cleanText, hideCredentials } from '../report/clean.ts';
import { readOffer, toBytes } from '../share/json.ts';
import {
  type Announcement,
  MOST_REFUSALS,
  type Offer,
  PROTOCOL,
  REFUSAL_CHARACTERS,
  type RunRefusal,
} from '../share/records.ts';
import { agentSubject, OFFERS } from '../share/subjects.ts';
import { type Candidate, openCandidate } from './candidate.ts';
import { fits } from './claim.ts';
import type { AgentOptions } from './ports.ts';
import { type Served, serveShare } from './tenure.ts';
import { exitCodeOf, servedText } from './words.ts';

const ANNOUNCE_MS = 1_000;
/** An offer is repeated each second: what was not for so long is not offered any more. */
const OFFERED_MS = 10_000;
/** Runs that are remembered because they are not for us. */
const MOST_REFUSED = 1_000;

interface Held {
  readonly runId: string;
  readonly share: number;
  readonly chargers: number;
}

interface Agent {
  readonly options: AgentOptions;
  readonly instance: string;
  /** By id; null: it is being opened. */
  readonly candidates: Map<string, { candidate: Candidate | null; offeredMs: number }>;
  /** Runs that we cannot or may not run. null: their log says why. */
  readonly refused: Map<string, RunRefusal | null>;
  readonly held: Set<Held>;
  claiming: boolean;
  /** Of the first share that has ended; null: none has. */
  exitCode: ExitCode | null;
  /** Called when something has ended. */
  changed: () => void;
}

/** Serves run after run. Resolves with the exit code when it is stopped, or `once` is over. */
export async function runAgent(options: AgentOptions): Promise<ExitCode> {
  const { bus, timers, name, stop, say } = options;
  const draw = options.draw ?? Math.random;
  const agent: Agent = {
    options,
    instance: Math.floor(draw() * 2 ** 48).toString(36),
    candidates: new Map(),
    refused: new Map(),
    held: new Set(),
    claiming: false,
    exitCode: null,
    changed: () => {},
  };
  let cancel = () => {};
  const announce = () => {
    bus.publish(agentSubject(name), toBytes(announcement(agent)));
    forget(agent);
    cancel = timers.after(ANNOUNCE_MS, announce);
  };
  const stops = [
    bus.subscribe(OFFERS, ({ data }) => {
      const offer = readOffer(data);
      if (offer !== null) void consider(agent, offer);
    }),
    bus.onAway((away) => say(away ? 'the bus is away; what runs goes on' : 'the bus is back')),
    () => cancel(),
  ];
  announce();
  await new Promise<void>((resolve) => {
    agent.changed = () => {
      const over = stop.aborted || (options.once && agent.exitCode !== null);
      if (over && agent.held.size === 0 && !agent.claiming) resolve();
    };
    stop.addEventListener('abort', () => agent.changed());
    agent.changed();
  });
  for (const end of stops) end();
  for (const { candidate } of agent.candidates.values()) candidate?.close();
  return options.once ? (agent.exitCode ?? ExitCode.interrupted) : ExitCode.ok;
}

function announcement({ options, instance, held, refused }: Agent): Announcement {
  const { name, version, capacity, processors, labels } = options;
  return {
    ...{ agent: name, protocol: PROTOCOL, tool: version, instance },
    ...{ capacity, chargers: chargersOf(held), processors, labels },
    holds: [...held].map(({ runId, share }) => ({ runId, share })),
    refuses: [...refused.values()].filter((each) => each !== null).slice(-MOST_REFUSALS),
  };
}

const chargersOf = (held: ReadonlySet<Held>) =>
  [...held].reduce((sum, { chargers }) => sum + chargers, 0);

const nowMs = ({ clock }: AgentOptions) => clock.nowNs() / 1e6;

function forget({ options, candidates, held }: Agent): void {
  const now = nowMs(options);
  for (const [runId, { candidate, offeredMs }] of candidates) {
    const isHeld = [...held].some((each) => each.runId === runId);
    if (isHeld || candidate === null || now - offeredMs < OFFERED_MS) continue;
    candidate.close();
    candidates.delete(runId);
  }
}

/** An offer that is heard: each of them is a chance to claim a share. */
async function consider(agent: Agent, offer: Offer): Promise<void> {
  const { options, candidates, refused, held } = agent;
  const { labels, capacity, stop, once } = options;
  const known = candidates.get(offer.runId);
  if (known !== undefined) known.offeredMs = nowMs(options);
  const room = capacity - chargersOf(held);
  const leaves = stop.aborted || (once && agent.exitCode !== null);
  if (leaves || refused.has(offer.runId) || !fits(offer, { room, labels })) return;
  if (known === undefined) await open(agent, offer);
  else if (known.candidate !== null) await take(agent, offer, known.candidate);
}

async function open(agent: Agent, offer: Offer): Promise<void> {
  const { options, candidates } = agent;
  const { runId } = offer;
  const entry = { candidate: null as Candidate | null, offeredMs: nowMs(options) };
  candidates.set(runId, entry);
  try {
    entry.candidate = await openCandidate(options, offer);
    options.say(`run ${runId} is offered: ${offer.chargers} chargers a share`);
  } catch (error) {
    candidates.delete(runId);
    // What the bus did not give now it may give at the next offer.
    if (error instanceof BusError) return;
    refuse(agent, runId, error as Error, refusalOf(runId, error as Error));
  }
}

function refusalOf(runId: string, error: Error): RunRefusal {
  const safe = (text: string) => cleanText(hideCredentials(text), REFUSAL_CHARACTERS);
  // What a fault of ours says of this machine is for who looks at it.
  if (!(error instanceof UserError)) return { runId, message: 'it failed to read it', hint: '' };
  return { runId, message: safe(error.message), hint: safe(error.hint) };
}

/** @param told to whoever offers the run; null: it has been. */
function refuse(
  { options, refused }: Agent,
  runId: string,
  error: Error,
  told: RunRefusal | null,
): void {
  const hint = error instanceof UserError && error.hint !== '' ? `\n${error.hint}` : '';
  options.say(`run ${runId} is refused: ${error.message}${hint}`);
  if (refused.size >= MOST_REFUSED) refused.delete([...refused.keys()][0]);
  refused.set(runId, told);
}

async function take(agent: Agent, offer: Offer, candidate: Candidate): Promise<void> {
  if (agent.claiming) return;
  agent.claiming = true;
  try {
    const own = [...agent.held].filter(({ runId }) => runId === offer.runId);
    const claimed = await candidate.tryClaim(own.length);
    if (claimed === null) return;
    const { share, lease } = claimed;
    const held = { runId: offer.runId, share, chargers: offer.chargers };
    agent.held.add(held);
    const { space, record } = candidate;
    agent.options.say(`claimed share ${share + 1} of ${record.shares} of run ${offer.runId}`);
    const tenure = { agent: agent.options, space, record, share, lease, unfit: candidate.unfit };
    void serveShare(tenure).then((served) => leave(agent, held, served));
  } finally {
    agent.claiming = false;
    agent.changed();
  }
}

function leave(agent: Agent, held: Held, served: Served): void {
  const { options } = agent;
  agent.held.delete(held);
  options.say(`share ${held.share + 1} of run ${held.runId}: ${servedText(served)}`);
  if (served.outcome === 'refused') refuse(agent, held.runId, served.error, null);
  const code = exitCodeOf(served);
  if (code !== null) agent.exitCode = agent.exitCode === null ? code : agent.exitCode || code;
  agent.changed();
}
