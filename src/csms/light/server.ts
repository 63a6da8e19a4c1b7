/**
 * The light central system: correct answers to every CALL of OCPP 1.6 at the least cost, on the
 * engine's own codec, nothing kept. It is the target of capacity trials and benches. It looks at
 * the shape of a message, not at the fields of its payload; the full one in `../server.ts` does.
 */
import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { Opcode } from '../../engine/frame/mask.ts';
import { ACTIONS, type Action, ActionIndexOf } from '../../ocpp/actions.ts';
import { callError } from '../answer.ts';
import { readShape } from '../check.ts';
import { type CsmsCounters, emptyCounters, MALFORMED, UNKNOWN_ACTION } from '../counters.ts';
import { listen, reachableHost } from '../listen.ts';
import type { CsmsOptions } from '../options.ts';
import { ALONE, type Place } from '../place.ts';
import { type FoundCall, scanCall } from './call.ts';
import {
  closeDoor,
  closeRow,
  createDoor,
  type Door,
  makeRoom,
  putFrame,
  sendLater,
  takeConnections,
} from './door.ts';
import { lightSettings } from './options.ts';
import {
  departures,
  dequeue,
  emptyQueue,
  enqueue,
  firstDueMs,
  type Queue,
  queueLength,
} from './queue.ts';
import {
  MAX_REPLY_BYTES,
  prepareReplies,
  type Replies,
  resultFrame,
  serverFrame,
  writeReply,
} from './reply.ts';

export interface LightCsms {
  /** `ws://127.0.0.1:PORT`, to which a charger appends `/` and its identity. */
  readonly url: string;
  readonly port: number;
  /** A copy of what was counted so far. */
  counters(): CsmsCounters;
  /** Closes every connection (1001) and stops listening. */
  close(): Promise<void>;
}

/** An answer that waits for its turn. */
interface Waiting {
  readonly socket: Socket;
  readonly frame: Buffer;
  readonly ok: boolean;
}

interface Light {
  readonly door: Door;
  readonly replies: Replies;
  readonly counters: ReturnType<typeof emptyCounters>;
  /** CALLs of a known action received, by action. */
  readonly received: Float64Array;
  /** By row; and the row that is in charge of an identity. */
  readonly identities: string[];
  readonly rows: Map<string, number>;
  /** Identities of which a boot was accepted. */
  readonly booted: Set<string>;
  readonly queue: Queue<Waiting>;
  /** When the answer to a CALL leaves; null: at once. On the clock of `performance.now`. */
  readonly departure: ((atMs: number) => number) | null;
  timer: NodeJS.Timeout | undefined;
}

/** Throws `UserError` for wrong options and for an address that cannot be listened on. */
export async function startLight(
  options: CsmsOptions = {},
  place: Place = ALONE,
): Promise<LightCsms> {
  const { service, host, intervalS, port: wanted } = lightSettings(options);
  const replies = prepareReplies(intervalS, place.index + 1, place.of);
  // Processes do not draw the same service times.
  const departure = service && departures({ ...service, seed: service.seed + place.index });
  const light = createLight(replies, departure);
  const { door } = light;
  const port = await listen(door.server, { host, port: wanted, reusePort: place.sharesPort });
  takeConnections(door);
  return {
    url: `ws://${reachableHost(host)}:${port}`,
    port,
    counters: () => countersOf(light),
    close: async () => {
      clearTimeout(light.timer);
      await closeDoor(door);
      while (queueLength(light.queue) > 0) deliver(light, dequeue(light.queue));
    },
  };
}

function createLight(replies: Replies, departure: Light['departure']): Light {
  const light: Light = {
    door: createDoor({
      opened: (c, identity) => opened(light, c, identity),
      message: (c, bytes, start, end) => receive(light, c, bytes, start, end),
      closed: (c) => closed(light, c),
      refused: () => light.counters.connectionsRefused++,
    }),
    replies,
    counters: emptyCounters(),
    received: new Float64Array(ACTIONS.length),
    identities: [],
    rows: new Map(),
    booted: new Set(),
    queue: emptyQueue(),
    departure,
    timer: undefined,
  };
  return light;
}

function countersOf({ counters, received, booted, queue }: Light): CsmsCounters {
  const calls = Object.fromEntries(ACTIONS.map((action, index) => [action, received[index]]));
  return {
    ...counters,
    received: { ...counters.received, ...calls },
    booted: booted.size,
    transactionsStarted: calls['StartTransaction'],
    transactionsStopped: calls['StopTransaction'],
    pending: queueLength(queue),
  };
}

/** The newer connection of an identity wins, as with most central systems. */
function opened({ door, counters, identities, rows }: Light, c: number, identity: string): void {
  counters.connectionsAccepted++;
  counters.connectionsOpen++;
  const older = rows.get(identity);
  identities[c] = identity;
  rows.set(identity, c);
  if (older !== undefined) closeRow(door, older, 1000, 'replaced by a newer connection');
}

function closed({ counters, identities, rows }: Light, c: number): void {
  counters.connectionsOpen--;
  if (rows.get(identities[c]) === c) rows.delete(identities[c]);
}

const found: FoundCall = { action: 0, idStart: 0, idEnd: 0 };

function receive(light: Light, c: number, bytes: Buffer, start: number, end: number): void {
  if (!scanCall(bytes, start, end, found)) {
    receiveUnusual(light, c, bytes.subarray(start, end));
    return;
  }
  noteCall(light, c, found.action);
  const { door, replies, departure } = light;
  if (departure === null) {
    makeRoom(door, c, MAX_REPLY_BYTES);
    door.outBytes = writeReply(replies, found, bytes, door.out, door.outBytes, Date.now());
    light.counters.answered++;
    return;
  }
  const frame = Buffer.allocUnsafe(MAX_REPLY_BYTES);
  const frameBytes = writeReply(replies, found, bytes, frame, 0, Date.now());
  wait(light, c, frame.subarray(0, frameBytes), true);
}

function noteCall({ received, booted, identities }: Light, c: number, action: number): void {
  received[action]++;
  if (action === ActionIndexOf.BootNotification) booted.add(identities[c]);
}

/** A full parse: for what the scanner doubts, and for what is no CALL or none to answer. */
function receiveUnusual(light: Light, c: number, bytes: Buffer): void {
  const { counters, door, replies } = light;
  if (!isUtf8(bytes)) {
    closeRow(door, c, 1007);
    return;
  }
  const message = readShape(bytes.toString());
  if (message.kind === 'response') {
    counters.responses++;
    counters.responsesUnmatched++; // it never asks
    return;
  }
  if (message.kind === 'call') {
    const action = ActionIndexOf[message.action];
    noteCall(light, c, action);
    answer(light, c, resultFrame(replies, message.id, action, Date.now()), true);
    return;
  }
  const key = message.kind === 'malformed' ? MALFORMED : (message.action ?? UNKNOWN_ACTION);
  const code = message.kind === 'malformed' ? 'FormationViolation' : message.code;
  if (key in ActionIndexOf) light.received[ActionIndexOf[key as Action]]++;
  else counters.received[key] = (counters.received[key] ?? 0) + 1;
  counters.invalid++;
  const { text } = callError(message.id, code, message.description);
  answer(light, c, serverFrame(Opcode.text, Buffer.from(text)), false);
}

function answer(light: Light, c: number, frame: Buffer, ok: boolean): void {
  if (light.departure !== null) {
    wait(light, c, frame, ok);
    return;
  }
  putFrame(light.door, c, frame);
  countAnswer(light, ok);
}

function countAnswer({ counters }: Light, ok: boolean): void {
  if (ok) counters.answered++;
  else counters.errored++;
}

/** Beyond it a CALL is not answered. */
const MOST_WAITING = 1_000_000;

function wait(light: Light, c: number, frame: Buffer, ok: boolean): void {
  const { door, queue, departure, counters } = light;
  const socket = door.sockets[c];
  if (socket === null || departure === null) return;
  if (queueLength(queue) >= MOST_WAITING) {
    counters.silenced++;
    return;
  }
  const nowMs = performance.now();
  const dueMs = departure(nowMs);
  enqueue(queue, { socket, frame, ok }, dueMs);
  light.timer ??= setTimeout(deliverDue, dueMs - nowMs, light);
}

/** A timer has whole milliseconds: an answer leaves up to one later than it should. */
function deliverDue(light: Light): void {
  const { queue } = light;
  const nowMs = performance.now();
  while (firstDueMs(queue) <= nowMs) deliver(light, dequeue(queue));
  const waits = queueLength(queue) > 0;
  light.timer = waits ? setTimeout(deliverDue, firstDueMs(queue) - nowMs, light) : undefined;
}

function deliver(light: Light, { socket, frame, ok }: Waiting): void {
  if (sendLater(light.door, socket, frame)) countAnswer(light, ok);
  else light.counters.abandoned++;
}
