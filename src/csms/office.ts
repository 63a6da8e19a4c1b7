/** What the parts of the embedded central system share: the system, and one connection of it. */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Desk, Reply } from './answer.ts';
import type { Line } from './commands/line.ts';
import type { Order } from './commands/plan.ts';
import type { Settings } from './options.ts';
import type { Charger } from './state.ts';

export interface Connection {
  readonly charger: Charger;
  readonly ws: WebSocket;
  /** Under `ws`: for faults that no WebSocket library would write. */
  readonly socket: Duplex;
  /** The address it comes from. */
  readonly address: string;
  /** Our CALLs to the charger. */
  readonly line: Line;
  /** Never answers again: replaced by a newer one, or on its way out. */
  isSilent: boolean;
  /** Replies that the reply fault could hit. */
  faultCount: number;
  /** Id of the CALL before; the reply that waits to be overtaken. */
  previousId: string | null;
  heldReply: Reply | null;
  isTormented: boolean;
}

export interface Office extends Desk {
  readonly settings: Settings;
  /** On the clock of `performance.now`. */
  readonly listensSinceMs: number;
  readonly orders: readonly Order[];
  /** Whether a fate must be found at all. */
  readonly hasSwitches: boolean;
  readonly hasReplyFault: boolean;
  /** The connection of each identity that is in charge. */
  readonly byIdentity: Map<string, Connection>;
  /** The one that a hostile system torments; null until it has booted. */
  victim: Charger | null;
  isClosing: boolean;
}
