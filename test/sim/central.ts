/**
 * The central system of the simulation. All that it does for a charger comes from that charger's
 * own seeded stream, so it is the same however the chargers are split over shards.
 */
import { randomStream } from '../../src/base/random.ts';
import type { ConnectFailure } from '../../src/snapshot/layout.ts';
import { ORIGIN_WALL_MS } from './clock.ts';
import { randomCommand } from './commands.ts';
import type { Central, ConnectPlan, Peer } from './network.ts';

/** A CALL as the central system received it. */
export interface ReceivedCall {
  readonly charger: number;
  readonly id: string;
  readonly action: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the charger sent.
  readonly payload: any;
  /** Counts the CALLs of this action from this charger, from 1. */
  readonly nth: number;
}

/** How the central system behaves. Shares are 0 to 1, of CALLs unless said otherwise. */
export interface Behaviour {
  /** Time to think, uniform. */
  readonly thinkMs: readonly [number, number];
  /** One way, uniform a connection. */
  readonly transitMs: readonly [number, number];
  readonly slow: number;
  readonly slowMs: number;
  readonly callErrors: number;
  readonly silence: number;
  /** The connection is cut instead of an answer. */
  readonly drops: number;
  readonly refusedTags: number;
  readonly refusedStarts: number;
  readonly duplicates: number;
  readonly unknownIds: number;
  /** A message that is not OCPP-J follows the answer. */
  readonly garbage: number;
  /** Answers with another action's payload. */
  readonly wrongPayloads: number;
  /** Mean time to a cut at a random moment of a connection; 0: never. */
  readonly cutAfterS: number;
  /** Shares of attempts to connect. */
  readonly refusedConnects: number;
  readonly silentConnects: number;
  /** Shares of BootNotifications. */
  readonly pendingBoots: number;
  readonly rejectedBoots: number;
  readonly bootIntervalS: number;
  readonly whiteSpace: boolean;
  /** A CALL to the charger so often; 0: never. */
  readonly commandEveryS: number;
  /** Share of frames that the kernel does not take at once. */
  readonly stalls: number;
  /** Takes a CALL out of the central system's hands when it returns true. */
  readonly onCall: (call: ReceivedCall, peer: Peer) => boolean;
  /** Overrides what becomes of attempt `nth` (from 1) of a charger. */
  readonly onConnect: (charger: number, nth: number) => Partial<ConnectPlan>;
}

/** 10 ms a round trip, no fault. */
export const WELL_BEHAVED: Behaviour = {
  thinkMs: [8, 8],
  transitMs: [1, 1],
  slow: 0,
  slowMs: 0,
  callErrors: 0,
  silence: 0,
  drops: 0,
  refusedTags: 0,
  refusedStarts: 0,
  duplicates: 0,
  unknownIds: 0,
  garbage: 0,
  wrongPayloads: 0,
  cutAfterS: 0,
  refusedConnects: 0,
  silentConnects: 0,
  pendingBoots: 0,
  rejectedBoots: 0,
  bootIntervalS: 60,
  whiteSpace: false,
  commandEveryS: 0,
  stalls: 0,
  onCall: () => false,
  onConnect: () => ({}),
};

/** What the central system counted: by action, whatever charger. */
export interface CentralCounts {
  readonly received: Record<string, number>;
  readonly answered: Record<string, number>;
  readonly callErrors: Record<string, number>;
  commands: number;
  /** Answers to commands: texts of CALLRESULTs and CALLERRORs. */
  readonly commandAnswers: string[];
}

export interface SimCentral extends Central {
  readonly counts: CentralCounts;
}

/** What is known of a charger. */
interface ChargerFacts {
  readonly random: () => number;
  readonly nth: Record<string, number>;
  connects: number;
  transactions: number;
  commands: number;
}

const CENTRAL_PURPOSE = 77;
const between = ([low, high]: readonly [number, number], random: () => number) =>
  low + (high - low) * random();
const add = (counts: Record<string, number>, key: string) => {
  counts[key] = (counts[key] ?? 0) + 1;
  return counts[key];
};

export function createCentral(behaviour: Behaviour, seed: number): SimCentral {
  const facts: ChargerFacts[] = [];
  const of = (charger: number) =>
    (facts[charger] ??= {
      random: randomStream(seed, charger, CENTRAL_PURPOSE),
      nth: {},
      connects: 0,
      transactions: 0,
      commands: 0,
    });
  const counts: CentralCounts = {
    received: {},
    answered: {},
    callErrors: {},
    commands: 0,
    commandAnswers: [],
  };
  return {
    counts,
    planConnect(charger) {
      const plan = planConnect(behaviour, of(charger));
      return { ...plan, ...behaviour.onConnect(charger, of(charger).connects) };
    },
    stalls: (charger) => of(charger).random() < behaviour.stalls,
    onUp(peer) {
      const { random } = of(peer.charger);
      const { cutAfterS } = behaviour;
      if (cutAfterS > 0) peer.after(-Math.log(random()) * cutAfterS * 1e3, () => peer.end('reset'));
      if (behaviour.commandEveryS > 0) command(behaviour, of(peer.charger), peer, counts);
    },
    onText(peer, text) {
      const [type, id, action, payload] = JSON.parse(text);
      if (type !== 2) {
        counts.commandAnswers.push(text);
        return;
      }
      add(counts.received, action);
      const known = of(peer.charger);
      const nth = add(known.nth, action);
      const call = { charger: peer.charger, id, action, payload, nth };
      if (!behaviour.onCall(call, peer)) react(behaviour, known, call, peer, counts);
    },
  };
}

function planConnect(behaviour: Behaviour, known: ChargerFacts): ConnectPlan {
  known.connects++;
  const fate = known.random();
  const { refusedConnects, silentConnects } = behaviour;
  const failure: ConnectFailure = known.random() < 0.5 ? 'refused' : 'http503';
  return {
    outcome:
      fate < refusedConnects ? failure : fate < refusedConnects + silentConnects ? 'silent' : 'up',
    delayMs: 1 + 4 * known.random(),
    transitMs: between(behaviour.transitMs, known.random),
  };
}

/** Every so often one of any kind, now and then one that is malformed. */
function command(
  behaviour: Behaviour,
  known: ChargerFacts,
  peer: Peer,
  counts: CentralCounts,
): void {
  peer.after(behaviour.commandEveryS * 1e3 * (0.5 + known.random()), () => {
    counts.commands++;
    const id = `c${peer.charger}-${known.commands++}`;
    const lastTransactionId = peer.charger * 1000 + known.transactions;
    const wallMs = ORIGIN_WALL_MS + peer.nowMs();
    const { action, payload } = randomCommand(known.random, lastTransactionId, wallMs);
    peer.send(JSON.stringify([2, id, action, payload]));
    command(behaviour, known, peer, counts);
  });
}

function react(
  behaviour: Behaviour,
  known: ChargerFacts,
  call: ReceivedCall,
  peer: Peer,
  counts: CentralCounts,
): void {
  const { random } = known;
  const slow = random() < behaviour.slow;
  const delayMs = slow ? behaviour.slowMs : between(behaviour.thinkMs, random);
  const fate = random();
  const [silent, dropped, failed] = cumulate(behaviour);
  peer.after(delayMs, () => {
    if (fate < silent) return;
    if (fate < dropped) return peer.end(random() < 0.5 ? 'closedByTarget' : 'endedByTarget');
    if (fate < failed) {
      add(counts.callErrors, call.action);
      peer.send(JSON.stringify([4, call.id, 'InternalError', 'simulated', {}]));
    } else {
      add(counts.answered, call.action);
      const text = answerText(behaviour, known, call, peer);
      peer.send(text);
      if (random() < behaviour.duplicates) peer.after(random() * 50, () => peer.send(text));
    }
    if (random() < behaviour.unknownIds) peer.send('[3,"999999999",{}]');
    if (random() < behaviour.garbage) peer.send(GARBAGE[Math.floor(random() * GARBAGE.length)]);
  });
}

export const GARBAGE = ['', 'hello', '{}', '[3,"100"', '[2,"c"]', '[2,"c",7,{}]', '[9,"100",{}]'];

function cumulate({ silence, drops, callErrors }: Behaviour): [number, number, number] {
  return [silence, silence + drops, silence + drops + callErrors];
}

function answerText(
  behaviour: Behaviour,
  known: ChargerFacts,
  call: ReceivedCall,
  peer: Peer,
): string {
  const wrong = known.random() < behaviour.wrongPayloads;
  const payload = wrong ? [] : answerTo(behaviour, known, call.action, peer);
  const message = [3, call.id, payload];
  return behaviour.whiteSpace
    ? ` ${JSON.stringify(message, null, '\t')}\r\n`
    : JSON.stringify(message);
}

function answerTo(behaviour: Behaviour, known: ChargerFacts, action: string, peer: Peer): object {
  const { random } = known;
  const currentTime = new Date(ORIGIN_WALL_MS + peer.nowMs()).toISOString();
  switch (action) {
    case 'BootNotification': {
      const draw = random();
      const { pendingBoots, rejectedBoots } = behaviour;
      const status =
        draw < pendingBoots
          ? 'Pending'
          : draw < pendingBoots + rejectedBoots
            ? 'Rejected'
            : 'Accepted';
      return { currentTime, interval: behaviour.bootIntervalS, status };
    }
    case 'Heartbeat':
      return { currentTime };
    case 'Authorize':
      return { idTagInfo: { status: random() < behaviour.refusedTags ? 'Invalid' : 'Accepted' } };
    case 'StartTransaction': {
      const status = random() < behaviour.refusedStarts ? 'ConcurrentTx' : 'Accepted';
      return { idTagInfo: { status }, transactionId: transactionIdOf(peer.charger, known) };
    }
    case 'DataTransfer':
      return { status: 'Accepted' };
    default:
      return {};
  }
}

/** Of one charger, ascending; no two chargers share one. */
function transactionIdOf(charger: number, known: ChargerFacts): number {
  return charger * 1000 + ++known.transactions;
}
