/** Replies that go astray: under another id, in another order, of another time. */
import { type Reply, withId } from '../answer.ts';
import type { Message } from '../check.ts';
import type { Connection, Office } from '../office.ts';
import type { Charger } from '../state.ts';
import { emptyMarks, MAX_CACHED } from './marks.ts';
import { faultHits } from './reply.ts';

type Answerable = Exclude<Message, { kind: 'response' }>;

/** The answer that this message id got before. */
export function cachedAnswer(charger: Charger, message: Answerable): Reply | null {
  const text = message.kind === 'call' ? charger.marks?.answers.get(message.id) : undefined;
  return text === undefined ? null : { text, ok: true };
}

export function rememberAnswer(charger: Charger, message: Answerable, reply: Reply): void {
  if (message.kind !== 'call' || !reply.ok) return;
  charger.marks ??= emptyMarks();
  const { answers } = charger.marks;
  const [oldest] = answers.keys();
  if (answers.size >= MAX_CACHED) answers.delete(oldest);
  answers.set(message.id, reply.text);
}

/** The reply that goes out; null: it waits to be overtaken by the next one. */
export function swapReply(
  office: Office,
  connection: Connection,
  message: Answerable,
  reply: Reply,
): Reply | null {
  const { faults, counters } = office;
  const action = message.kind === 'malformed' ? null : message.action;
  if (faults.mixUp === 'previousId') {
    const { previousId } = connection;
    connection.previousId = message.id;
    const isHit = previousId !== null && faultHits(faults, action);
    return isHit ? { ...withId(reply, previousId), isUseless: true } : reply;
  }
  if (faults.mixUp !== 'outOfOrder' || !faultHits(faults, action)) return reply;
  if (connection.heldReply !== null) return reply;
  connection.heldReply = reply;
  counters.pending++;
  return null;
}

/** After a reply went out: the one that waited for that. */
export function releaseHeld({ counters }: Office, connection: Connection): void {
  const held = connection.heldReply;
  if (held === null) return;
  connection.heldReply = null;
  counters.pending--;
  if (held.ok) counters.answered++;
  else counters.errored++;
  connection.ws.send(held.text);
}

export function abandonHeld({ counters }: Office, connection: Connection): void {
  if (connection.heldReply === null) return;
  connection.heldReply = null;
  counters.pending--;
  counters.abandoned++;
}
