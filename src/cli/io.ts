/** What a command may touch of the process, so that tests can watch it. */
import { once } from 'node:events';

export interface Out {
  write(text: string): boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly writable?: boolean;
  once?(event: string, listener: () => void): unknown;
}

export interface Io {
  /** Results alone: what a pipe or a file should get. */
  readonly stdout: Out;
  /** Progress, notes and errors. */
  readonly stderr: Out;
  readonly env: Record<string, string | undefined>;
  /** Calls `listener` for each SIGINT or SIGTERM; the returned function stops that. */
  onSignal(listener: (signal: NodeJS.Signals) => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

export function processIo(): Io {
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    onSignal(listener) {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    exit: (code) => process.exit(code),
  };
}

const CHUNK_CHARACTERS = 64 * 1024;

/**
 * Writes texts as fast as the reader takes them, and stops quietly when it goes away (`| head`).
 * Nothing is kept of what was written, so a million lines need no memory.
 */
export async function writeAll(out: Out, texts: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const text of texts) {
    chunk += text;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    if (out.writable === false) return;
    if (!out.write(chunk)) await drained(out);
    chunk = '';
  }
  if (chunk && out.writable !== false && !out.write(chunk)) await drained(out);
}

async function drained(out: Out): Promise<void> {
  if (!(out instanceof Object) || !('on' in out)) return;
  const stop = new AbortController();
  const either = ['drain', 'close'].map((event) =>
    once(out as unknown as NodeJS.EventEmitter, event, { signal: stop.signal }).catch(() => {}),
  );
  await Promise.race(either);
  stop.abort();
}
