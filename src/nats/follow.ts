/**
 * Reads a stream from its first message on, each once and in order, whatever happens to connection
 * and server: at any doubt a new consumer begins after the last message that was taken. Consumers
 * are never deleted by us (agents need no permission for that); the server does it when unused.
 */
import { AckPolicy, type ConsumerConfig, DeliverPolicy } from '@nats-io/jetstream';
import { createInbox, type Msg, nanos, nuid } from '@nats-io/transport-node';
import { guard } from './guard.ts';
import type { Link } from './link.ts';

export interface Source {
  readonly stream: string;
  /** Which of its subjects. */
  readonly filter: string;
}

const HEARTBEAT_MS = 1_000;
/** Without a word from the server for so long there is doubt. */
const SILENCE_MS = 4 * HEARTBEAT_MS;
const RETRY_MS = 250;
const UNUSED_MS = 30_000;

/** `take` gets the sequence in the stream too. Returns how to stop. */
export function follow(
  link: Link,
  source: Source,
  take: (msg: Msg, sequence: number) => void,
): () => void {
  const state = { last: 0, stop: () => {}, stopped: false };
  let again: NodeJS.Timeout | undefined;
  const begin = () => {
    // One at a time: the bus may have been away and back before it was time to try again.
    clearTimeout(again);
    if (state.stopped || link.presence.isAway()) return;
    const taken = (msg: Msg, sequence: number) => {
      state.last = sequence;
      take(msg, sequence);
    };
    state.stop = session(link, source, state.last + 1, taken, () => {
      state.stop = () => {};
      again = setTimeout(begin, RETRY_MS).unref();
    });
  };
  const stopHearing = link.presence.onAway((away) => (away ? state.stop() : begin()));
  begin();
  return () => {
    state.stopped = true;
    clearTimeout(again);
    stopHearing();
    state.stop();
  };
}

/** One consumer, until there is doubt: then `doubt` is called, once. Returns how to stop. */
function session(
  link: Link,
  source: Source,
  from: number,
  take: (msg: Msg, sequence: number) => void,
  doubt: () => void,
): () => void {
  const inbox = createInbox(link.inboxPrefix);
  let delivered = 0;
  let heardAtMs = performance.now();
  const subscription = link.nc.subscribe(inbox, {
    callback: (error, msg) => {
      heardAtMs = performance.now();
      if (error || over) return end();
      const said = headerOf(msg);
      if (said !== null) {
        if (!answerServer(link, msg, said, delivered)) end();
        return;
      }
      const { sequence, delivery } = placeOf(msg.reply ?? '');
      if (delivery !== delivered + 1) return end();
      delivered = delivery;
      guard(() => take(msg, sequence));
    },
  });
  let over = false;
  const stop = () => {
    over = true;
    clearInterval(check);
    subscription.unsubscribe();
  };
  const end = () => {
    if (over) return;
    stop();
    doubt();
  };
  const check = setInterval(() => {
    if (performance.now() - heardAtMs > SILENCE_MS) end();
  }, HEARTBEAT_MS);
  check.unref();
  link.jsm.consumers.add(source.stream, consumerConfig(inbox, source.filter, from)).then(
    () => {
      heardAtMs = performance.now();
    },
    // Not there, or not yet after a restart: whoever follows a stream that is gone stops by itself.
    end,
  );
  return stop;
}

function consumerConfig(inbox: string, filter: string, from: number): Partial<ConsumerConfig> {
  return {
    name: `ocppload_${nuid.next()}`,
    deliver_subject: inbox,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: from,
    filter_subject: filter,
    ack_policy: AckPolicy.None,
    max_deliver: 1,
    flow_control: true,
    idle_heartbeat: nanos(HEARTBEAT_MS),
    inactive_threshold: nanos(UNUSED_MS),
    mem_storage: true,
    num_replicas: 1,
  };
}

interface ServerSaid {
  readonly code: number;
  readonly lastDelivered: number;
  readonly stalled: string;
}

/** null: it is a message of the stream. */
function headerOf({ headers }: Msg): ServerSaid | null {
  if (headers === undefined || headers.code === 0) return null;
  return {
    code: headers.code,
    lastDelivered: Number(headers.get('Nats-Last-Consumer') || 0),
    stalled: headers.get('Nats-Consumer-Stalled'),
  };
}

/** Heartbeats and flow control. False: something is missing, or the consumer is gone. */
function answerServer(link: Link, msg: Msg, said: ServerSaid, delivered: number): boolean {
  if (said.code !== 100) return false;
  if (link.presence.isAway()) return true;
  if (msg.reply) msg.respond();
  if (said.stalled !== '') link.nc.publish(said.stalled);
  return said.lastDelivered <= delivered;
}

/**
 * From `$JS.ACK.<stream>.<consumer>.<attempt>.<sequence>.<delivery>.<time>.<pending>`, or the same
 * with domain and account before the stream.
 */
export function placeOf(reply: string): { sequence: number; delivery: number } {
  const tokens = reply.split('.');
  const at = tokens.length === 9 ? 5 : 7;
  return { sequence: Number(tokens[at]), delivery: Number(tokens[at + 1]) };
}
