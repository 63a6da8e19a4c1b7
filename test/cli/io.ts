/** A process that tests can watch. */
import type { Io } from '../../src/cli/io.ts';

export interface FakeIo extends Io {
  readonly env: Record<string, string | undefined>;
  /** Everything written to each stream so far. */
  out(): string;
  err(): string;
  /** Delivers a signal to whoever listens. */
  signal(name: NodeJS.Signals): void;
  readonly exits: number[];
  listeners(): number;
}

export function fakeIo(options: { tty?: boolean; env?: Record<string, string> } = {}): FakeIo {
  const written = { out: '', err: '' };
  const listeners = new Set<(signal: NodeJS.Signals) => void>();
  const exits: number[] = [];
  const stream = (name: 'out' | 'err') => ({
    isTTY: options.tty ?? false,
    columns: 100,
    write(text: string) {
      written[name] += text;
      return true;
    },
  });
  return {
    stdout: stream('out'),
    stderr: stream('err'),
    env: { ...options.env },
    exits,
    out: () => written.out,
    err: () => written.err,
    onSignal(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    exit: (code) => void exits.push(code),
    signal: (name) => {
      for (const listener of listeners) listener(name);
    },
    listeners: () => listeners.size,
  };
}
