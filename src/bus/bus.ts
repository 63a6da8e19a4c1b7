/**
 * The port between the machines of one run: messages that are heard now, a log that keeps them, and
 * a store with compare-and-set. NATS implements it, and plain memory for tests.
 */

export interface Bus {
  /** Heard by whoever listens now. While the bus is away it is dropped; never throws. */
  publish(subject: string, data: Uint8Array): void;
  /** In `subject` `*` stands for a token, `>` for the rest. Returns how to stop. */
  subscribe(subject: string, take: (heard: Heard) => void): () => void;
  /** @throws BusError `away`; `timeout` after `limitMs`, or at once where nobody responds. */
  request(subject: string, data: Uint8Array, limitMs: number): Promise<Uint8Array>;
  /** `answer` gives null for what deserves none. Returns how to stop. */
  respond(subject: string, answer: (data: Uint8Array) => Uint8Array | null): () => void;
  /** @throws BusError `conflict`: there is a run of that id. */
  createRun(runId: string): Promise<RunSpace>;
  /** @throws BusError `missing`: there is none. */
  openRun(runId: string): Promise<RunSpace>;
  /** Removes its log and its store, if they are there. */
  removeRun(runId: string): Promise<void>;
  /** Whether the connection is down; it comes back by itself. */
  isAway(): boolean;
  /** Called with what `isAway` says from then on. Returns how to stop. */
  onAway(take: (away: boolean) => void): () => void;
  /** Delivers what is under way, for a second at most. */
  close(): Promise<void>;
}

/** What the machines of a run keep in common. All of it may fail with `missing`: it was removed. */
export interface RunSpace {
  /**
   * Keeps `data` under the agent's name. A second append of the same `id` by that agent resolves
   * and keeps nothing. Resolves when it is safe. @throws BusError `away`, `timeout` or `refused`.
   */
  append(agent: string, id: string, data: Uint8Array): Promise<void>;
  /** All entries from the first on, in their order, then those that come. Returns how to stop. */
  read(take: (entry: LogEntry) => void): () => void;
  /** @throws BusError `away` or `timeout`. */
  get(key: string): Promise<StoreEntry | null>;
  /**
   * Resolves with the new revision. `revision`: of the entry that is replaced; 0: there is none.
   * @throws BusError `conflict` when that is not so; `away`, `timeout`, `refused`.
   */
  put(key: string, value: Uint8Array, revision: number): Promise<number>;
  /**
   * What is there, then what changes; `keys` as a subject. Of changes of a key in quick succession,
   * or while the bus is away, only the last is sure to be told. Returns how to stop.
   */
  watch(keys: string, take: (entry: StoreEntry) => void): () => void;
}

export interface Heard {
  readonly subject: string;
  readonly data: Uint8Array;
}

export interface LogEntry {
  /** From 1, rising; the same whoever reads and whenever. */
  readonly sequence: number;
  readonly agent: string;
  readonly data: Uint8Array;
}

export interface StoreEntry {
  readonly key: string;
  readonly value: Uint8Array;
  readonly revision: number;
}

export type BusFault = 'away' | 'timeout' | 'conflict' | 'missing' | 'refused';

export class BusError extends Error {
  override readonly name = 'BusError';
  readonly fault: BusFault;

  constructor(fault: BusFault, message: string) {
    super(message);
    this.fault = fault;
  }
}
