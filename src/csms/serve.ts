/** One message of one connection: its fate, the answer, its delay, its faults. */
import { WebSocket } from 'ws';
import { answer, callError, type Reply } from './answer.ts';
import { type Message, readMessage } from './check.ts';
import { takeResponse } from './commands/line.ts';
import { startOrders } from './commands/schedule.ts';
import { MALFORMED, UNKNOWN_ACTION } from './counters.ts';
import { fateOf } from './faults/fates.ts';
import { torment } from './faults/hostile.ts';
import { cachedAnswer, releaseHeld, rememberAnswer, swapReply } from './faults/mix-up.ts';
import { faultHits, type Spoiled, spoilReply } from './faults/reply.ts';
import type { Connection, Office } from './office.ts';
import { afterStall } from './stall.ts';

type Answerable = Exclude<Message, { kind: 'response' }>;

export function receive(
  office: Office,
  connection: Connection,
  bytes: Buffer,
  isBinary: boolean,
): void {
  const message = readMessage(isBinary ? '' : bytes.toString());
  if (message.kind === 'response') {
    receiveResponse(office, connection, message);
    return;
  }
  const { counters, settings } = office;
  const key = message.kind === 'malformed' ? MALFORMED : (message.action ?? UNKNOWN_ACTION);
  counters.received[key] = (counters.received[key] ?? 0) + 1;

  const { charger } = connection;
  const fate = office.hasSwitches
    ? fateOf(settings, charger, message, performance.now())
    : 'answer';
  if (fate === 'drop') {
    counters.dropped++;
    connection.ws.terminate();
  } else if (fate === 'silence' || connection.isSilent) {
    counters.silenced++;
  } else if (fate === 'lostAnswer') {
    answer(office, charger, message);
    counters.silenced++;
  } else if (fate === 'error' && message.kind === 'call') {
    dispatch(office, connection, message, injectedError(office, message.id));
  } else {
    dispatch(office, connection, message, replyTo(office, connection, message));
  }
}

function receiveResponse(
  { counters }: Office,
  { line }: Connection,
  { id, isError, payload }: Extract<Message, { kind: 'response' }>,
): void {
  counters.responses++;
  const isOurs = takeResponse(line, id, { kind: isError ? 'error' : 'result', payload });
  if (!isOurs) counters.responsesUnmatched++;
}

function injectedError({ faults }: Office, id: string): Reply {
  const errorId = faults.callErrorId === undefined ? id : faults.callErrorId;
  const text = 'injected by a switch';
  const reply = callError(errorId, faults.callErrorCode ?? 'InternalError', text);
  return { ...reply, isUseless: errorId !== id };
}

function replyTo(office: Office, { charger }: Connection, message: Answerable): Reply {
  const isCached = office.faults.mixUp === 'cached';
  const cached = isCached ? cachedAnswer(charger, message) : null;
  if (cached !== null) return cached;
  const reply = answer(office, charger, message);
  if (isCached) rememberAnswer(charger, message, reply);
  return reply;
}

function dispatch(office: Office, connection: Connection, message: Answerable, reply: Reply) {
  const swapped = swapReply(office, connection, message, reply);
  if (swapped === null) return;
  const spoiled = office.hasReplyFault ? spoiledReply(office, connection, message, swapped) : null;
  const delayMs = delayOf(office, spoiled?.afterMs ?? 0);
  if (delayMs < 0.5) {
    deliver(office, connection, message, swapped, spoiled);
    return;
  }
  office.counters.pending++;
  const later = () => {
    office.counters.pending--;
    deliver(office, connection, message, swapped, spoiled);
  };
  // A timer must not keep a closed system alive.
  setTimeout(later, Math.round(delayMs)).unref();
}

/** Of an answer that a fault holds back for `moreMs`. */
function delayOf({ settings, listensSinceMs }: Office, moreMs: number): number {
  const delayMs = (settings.delayMs?.() ?? 0) + moreMs;
  if (settings.stall === null) return delayMs;
  const nowMs = performance.now() - listensSinceMs;
  return afterStall(settings.stall, nowMs + delayMs) - nowMs;
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
  if (reply.isUseless || (spoiled && !spoiled.readable)) counters.corrupted++;
  else if (reply.ok) counters.answered++;
  else counters.errored++;
  if (spoiled) sendSpoiled(connection, spoiled);
  else ws.send(reply.text);
  releaseHeld(office, connection);
  if (message.kind === 'call' && message.action === 'BootNotification' && reply.ok) {
    afterBoot(office, connection);
  }
}

/** Ours to say once a boot was answered. */
function afterBoot(office: Office, connection: Connection): void {
  const { charger, ws } = connection;
  if (!charger.booted) return;
  const { faults } = office;
  if (faults.sendAfterBoot !== undefined) ws.send(faults.sendAfterBoot);
  if (faults.hostile !== undefined) {
    office.victim ??= charger;
    const isVictim = faults.hostileTo === 'all' || office.victim === charger;
    if (isVictim && !connection.isTormented) torment(faults, ws, office.counters);
    connection.isTormented = true;
  }
  if (charger.hasOrders) return;
  charger.hasOrders = true;
  startOrders(office, charger, false);
}

function sendSpoiled({ ws, socket }: Connection, spoiled: Spoiled): void {
  for (const message of spoiled.messages) ws.send(message);
  if (spoiled.raw) socket.write(spoiled.raw);
  if (spoiled.endAfter) socket.end();
}
