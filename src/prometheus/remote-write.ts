/**
 * `--remote-write`: one request at a time and a short queue. A receiver that is slow or dead costs
 * the run nothing; what it did not get is counted.
 */
import { type Failure, send } from './send.ts';
import { snappyBlock } from './snappy.ts';

export interface RemoteWriter {
  /** Takes a WriteRequest; never waits. */
  offer(request: Buffer): void;
  /** Sends what waits; gives up after so long. */
  finish(withinMs: number): Promise<void>;
  /** So far. */
  count(): RemoteWrites;
}

export interface RemoteWrites {
  readonly sent: number;
  readonly dropped: number;
  /** The last that there was. */
  readonly problem: string | null;
}

/** Sends one request; null: it was taken. */
export type SendRequest = (request: Buffer, signal: AbortSignal) => Promise<Failure | null>;

/** A minute of them, at one every five seconds. */
const MOST_WAITING = 12;
const ANSWER_MS = 10_000;

export function remoteWriter(sendRequest: SendRequest): RemoteWriter {
  const waiting: Buffer[] = [];
  const giveUp = new AbortController();
  const count = { sent: 0, dropped: 0, problem: null as string | null };
  let sending: Promise<void> | null = null;
  const waitingRoom = () => {
    for (; waiting.length > MOST_WAITING; waiting.shift()) count.dropped++;
  };
  const sendAll = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const signal = AbortSignal.any([giveUp.signal, AbortSignal.timeout(ANSWER_MS)]);
      const failure = await sendRequest(next, signal);
      if (failure === null) count.sent++;
      else {
        count.problem = failure.problem;
        if (!failure.passing) count.dropped++;
        else {
          // The next offer is the time for another attempt.
          waiting.unshift(next);
          waitingRoom();
          return;
        }
      }
    }
  };
  const start = () => {
    sending ??= sendAll().finally(() => (sending = null));
    return sending;
  };
  return {
    offer(request) {
      waiting.push(request);
      waitingRoom();
      void start();
    },
    async finish(withinMs) {
      const timer = setTimeout(() => giveUp.abort(), withinMs);
      await start();
      // What had failed while the last was offered gets its last attempt.
      if (waiting.length > 0 && !giveUp.signal.aborted) await start();
      clearTimeout(timer);
      count.dropped += waiting.splice(0).length;
    },
    count: () => ({ ...count }),
  };
}

export const sendTo =
  (url: string): SendRequest =>
  (request, signal) =>
    send({
      ...{ method: 'POST', url, signal },
      headers: {
        'Content-Type': 'application/x-protobuf',
        'Content-Encoding': 'snappy',
        'X-Prometheus-Remote-Write-Version': '0.1.0',
        'User-Agent': 'ocpp-load',
      },
      body: snappyBlock(request),
    });
