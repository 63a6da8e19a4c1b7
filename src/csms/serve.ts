/** One message of one connection: the switches, the answer, its delay, its faults. */
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { randomStream } from '../base/random.ts';
import { answer, callError, type Desk, type Reply } from './answer.ts';
import { type Message, readMessage } from './check.ts';
import { MALFORMED, UNKNOWN_ACTION } from './counters.ts';
import { faultHits, type Spoiled, spoilReply } from './faults.ts';
import type { Settings } from './options.ts';
import type { Charger } from './state.ts';

export interface Connection {
  readonly charger: Charger;
  readonly ws: WebSocket;
  /** Under `ws`: for faults that no WebSocket library would write. */
  readonly socket: Duplex;
  /** Replies that the reply fault could hit. */
  faultCount: number;
}

export interface Office extends Desk {
  readonly settings: Settings;
  /** Whether a draw is needed at all. */
  readonly hasSwitches: boolean;
  readonly hasReplyFault: boolean;
}

type Fate = 'drop' | 'silence' | 'error' | 'answer';
type Answerable = Exclude<Message, { kind: 'response' }>;

export function receive(
  office: Office,
  connection: Connection,
  bytes: Buffer,
  isBinary: boolean,
): void {
  const message = readMessage(isBinary ? '' : bytes.toString());
  const { counters } = office;
  if (message.kind === 'response') {
    counters.responses++;
    return;
  }
  const key = message.kind === 'malformed' ? MALFORMED : (message.action ?? UNKNOWN_ACTION);
  counters.received[key] = (counters.received[key] ?? 0) + 1;

  const fate = office.hasSwitches ? drawFate(office, connection.charger) : 'answer';
  if (fate === 'drop') {
    counters.dropped++;
    connection.ws.terminate();
  } else if (fate === 'silence') {
    counters.silenced++;
  } else {
    const reply =
      fate === 'error' && message.kind === 'call'
        ? callError(message.id, 'InternalError', 'injected by errorRate')
        : answer(office, connection.charger, message);
    dispatch(office, connection, message, reply);
  }
}

/** One draw a CALL, from the charger's own stream: chargers do not disturb each other's fates. */
function drawFate({ settings }: Office, charger: Charger): Fate {
  charger.random ??= randomStream(settings.seed, hashText(charger.id));
  const draw = charger.random();
  const { drop, silence, errorRate } = settings;
  if (draw < drop) return 'drop';
  if (draw < drop + silence) return 'silence';
  return draw < drop + silence + errorRate ? 'error' : 'answer';
}

/** FNV-1a, 32 bits. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

function dispatch(office: Office, connection: Connection, message: Answerable, reply: Reply) {
  const spoiled = office.hasReplyFault ? spoiledReply(office, connection, message, reply) : null;
  const delayMs = (office.settings.delayMs?.() ?? 0) + (spoiled?.afterMs ?? 0);
  if (delayMs < 0.5) {
    deliver(office, connection, message, reply, spoiled);
    return;
  }
  office.counters.pending++;
  const later = () => {
    office.counters.pending--;
    deliver(office, connection, message, reply, spoiled);
  };
  // A timer must not keep a closed system alive.
  setTimeout(later, Math.round(delayMs)).unref();
}

function spoiledReply(
  { settings }: Office,
  connection: Connection,
  message: Answerable,
  reply: Reply,
): Spoiled | null {
  const action = message.kind === 'malformed' ? null : message.action;
  if (faultHits(settings.faults, action)) connection.faultCount++;
  return spoilReply(settings.faults, reply.text, action, connection.faultCount);
}

function deliver(
  office: Office,
  connection: Connection,
  message: Answerable,
  reply: Reply,
  spoiled: Spoiled | null,
): void {
  const { counters } = office;
  const { ws } = connection;
  if (ws.readyState !== WebSocket.OPEN) {
    counters.abandoned++;
    return;
  }
  if (spoiled && !spoiled.readable) counters.corrupted++;
  else if (reply.ok) counters.answered++;
  else counters.errored++;
  if (spoiled) sendSpoiled(connection, spoiled);
  else ws.send(reply.text);

  const { sendAfterBoot } = office.settings.faults;
  if (sendAfterBoot !== undefined && message.kind === 'call') {
    const boots = message.action === 'BootNotification' && connection.charger.booted;
    if (boots) ws.send(sendAfterBoot);
  }
}

function sendSpoiled({ ws, socket }: Connection, spoiled: Spoiled): void {
  for (const message of spoiled.messages) ws.send(message);
  if (spoiled.raw) socket.write(spoiled.raw);
  if (spoiled.endAfter) socket.end();
}
