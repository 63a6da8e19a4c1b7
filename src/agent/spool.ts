/**
 * Numbers what is told of a share without a gap: a pure state machine. One message at a time
 * leaves, again until it is confirmed, always as the same bytes; the rest waits in the backlog.
 */
import type { Up, UpMark } from '../share/up.ts';
import { encodeUp, upId } from '../share/up-codec.ts';
import { createBacklog } from './backlog.ts';
import { discreet } from './discreet.ts';

export interface Message {
  readonly id: string;
  readonly bytes: Uint8Array;
}

export interface Spool {
  add(up: Up): void;
  /** The message that is to leave; null: there is none, or the one before is not confirmed. */
  take(): Message | null;
  /** It is kept: the next one may leave. */
  confirmed(): void;
  /** It may be lost: the same one leaves again. */
  failed(): void;
  isEmpty(): boolean;
  /** Seconds that wait. */
  waiting(): number;
}

export function createSpool(mark: Omit<UpMark, 'sequence'>): Spool {
  const backlog = createBacklog();
  let sequence = 0;
  let head: Message | null = null;
  let underWay = false;
  const next = (): Message | null => {
    const up = backlog.next();
    if (up === null) return null;
    const own = { ...mark, sequence: sequence++ };
    return { id: upId(own), bytes: encodeUp(own, up) };
  };
  return {
    add: (up) => backlog.add(discreet(up)),
    take() {
      if (underWay) return null;
      head ??= next();
      underWay = head !== null;
      return head;
    },
    confirmed() {
      head = null;
      underWay = false;
    },
    failed() {
      underWay = false;
    },
    isEmpty: () => head === null && backlog.isEmpty(),
    waiting: backlog.waiting,
  };
}
