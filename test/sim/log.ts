/** What happened in a simulated run: one entry for each frame and each turn of a connection. */

export interface LogEntry {
  /** Since the start of the run. */
  readonly atNs: number;
  /** Index in the whole run. */
  readonly charger: number;
  /**
   * `>` sent and `<` received by the charger; `connect`, `up`, `failed`, `down` as its wire tells;
   * `close`, `closed`, `destroy` as it leaves.
   */
  readonly kind: LogKind;
  /** The frame's text, or the reason. */
  readonly text: string;
}
export type LogKind =
  | '>'
  | '<'
  | 'connect'
  | 'up'
  | 'failed'
  | 'down'
  | 'close'
  | 'closed'
  | 'destroy'
  | 'ping';

/** Sorted by time, then charger; entries of one charger and moment stay in their order. */
export function sortLog(entries: readonly LogEntry[]): LogEntry[] {
  return [...entries].sort((a, b) => a.atNs - b.atNs || a.charger - b.charger);
}

/** One line an entry: seconds, charger, what. */
export function printLog(entries: readonly LogEntry[]): string {
  const lines = entries.map(({ atNs, charger, kind, text }) =>
    `${(atNs / 1e9).toFixed(9)} ${charger} ${kind} ${text}`.trimEnd(),
  );
  return `${lines.join('\n')}\n`;
}

/** A CALL that a charger sent. */
export interface SentCall {
  readonly atNs: number;
  readonly charger: number;
  readonly id: string;
  readonly action: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into payloads of every shape.
  readonly payload: any;
}

/** The CALLs among the entries, of one charger or of all. */
export function sentCalls(entries: readonly LogEntry[], charger?: number): SentCall[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== '>' || (charger !== undefined && entry.charger !== charger)) return [];
    const [type, id, action, payload] = JSON.parse(entry.text);
    return type === 2 ? [{ atNs: entry.atNs, charger: entry.charger, id, action, payload }] : [];
  });
}
