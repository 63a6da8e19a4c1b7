/** Who is heard, and whose lease is over, by the coordinator's monotonic clock, ms. */

/** An agent announces itself each second: what is not heard for so long is silent. */
export const SILENT_MS = 2_500;
/** After the bus was away its agents have so long to be heard again. */
export const RETURN_MS = 3_000;

export interface Liveness {
  heard(agent: string, nowMs: number): void;
  /** Those that fell silent, or came back, since the call before. `upSinceMs`: null: it is away. */
  changes(nowMs: number, upSinceMs: number | null): { agent: string; silent: boolean }[];
  isSilent(agent: string): boolean;
  /** It is followed no more. */
  forget(agent: string): void;
}

export function liveness(): Liveness {
  const heardMs = new Map<string, number>();
  const silent = new Set<string>();
  return {
    heard: (agent, nowMs) => void heardMs.set(agent, nowMs),
    changes(nowMs, upSinceMs) {
      // Nobody can be heard while the bus is away, and those that return need a moment.
      if (upSinceMs === null) return [];
      const changed = [...heardMs].flatMap(([agent, atMs]) => {
        const quietMs = nowMs - Math.max(atMs, upSinceMs);
        const back = silent.has(agent) && nowMs - atMs <= SILENT_MS;
        const gone = !silent.has(agent) && quietMs > SILENT_MS;
        return back || gone ? [{ agent, silent: gone }] : [];
      });
      for (const each of changed) {
        if (each.silent) silent.add(each.agent);
        else silent.delete(each.agent);
      }
      return changed;
    },
    isSilent: (agent) => silent.has(agent),
    forget(agent) {
      heardMs.delete(agent);
      silent.delete(agent);
    },
  };
}

export interface Leases {
  /** The share's entry changed: whoever has it has it for another lease, counted from now. */
  renewed(share: number, nowMs: number): void;
  /** Whether the share is free for sure: its holder counts from before this saw it. */
  isOver(share: number, nowMs: number, upSinceMs: number | null): boolean;
}

export function leases(leaseMs: number): Leases {
  const renewedMs = new Map<number, number>();
  return {
    renewed: (share, nowMs) => void renewedMs.set(share, nowMs),
    isOver(share, nowMs, upSinceMs) {
      const seenMs = renewedMs.get(share);
      // What was renewed while the bus was away is seen only after it is back.
      if (seenMs === undefined || upSinceMs === null || nowMs - upSinceMs < RETURN_MS) return false;
      return nowMs - seenMs > leaseMs;
    },
  };
}

/** Whether a second that ended at `endMs` may close without those that have not delivered it. */
export function graceIsOver(endMs: number, nowMs: number, upSinceMs: number | null): boolean {
  return upSinceMs !== null && nowMs - endMs > GRACE_MS && nowMs - upSinceMs > RETURN_MS;
}

export const GRACE_MS = 2_000;
