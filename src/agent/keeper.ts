/** Keeps a lease: renews it in time, and says when chargers must close; a shell of `lease.ts`. */
import type { Clock } from '../base/clock.ts';
import { BusError, type RunSpace, type StoreEntry } from '../bus/bus.ts';
import { readShare, toBytes } from '../share/json.ts';
import type { ShareRecord } from '../share/records.ts';
import {
  confirmed,
  type Lease,
  leaseStep,
  looked,
  lost,
  renew,
  unanswered,
  wakesAtMs,
} from './lease.ts';
import type { Timers } from './ports.ts';

export interface KeeperOptions {
  readonly space: RunSpace;
  readonly key: string;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly timers: Timers;
  /** The lease is lost or nearly over: chargers close, within half a second. Called once. */
  readonly onClose: () => void;
  /** What has not closed by then must go. Called once, after `onClose`. */
  readonly onKill: () => void;
}

export interface Keeper {
  /** Whether the share is ours now, by the clock: to be asked before anything is begun. */
  holds(): boolean;
  /**
   * Nothing runs any more: writes what becomes of the share, unless it is somebody else's. Resolves
   * with whether that is certain, after `limitMs` at most.
   */
  release(state: 'offered' | 'ended', limitMs: number): Promise<boolean>;
}

const AGAIN_MS = 500;

export function keepLease(options: KeeperOptions): Keeper {
  const { space, key, clock, timers } = options;
  let { lease } = options;
  let closed = false;
  let killed = false;
  let released = false;
  let cancel = () => {};
  let renewal: Promise<void> = Promise.resolve();
  const nowMs = () => clock.nowNs() / 1e6;

  const look = () => {
    cancel();
    if (released) return;
    const now = nowMs();
    const step = leaseStep(lease, now);
    if (step === 'renew') renewal = putRenewal(now);
    if (step === 'close' || step === 'kill') {
      lease = lost(lease, now);
      if (!closed) options.onClose();
      closed = true;
    }
    if (step === 'kill') {
      if (!killed) options.onKill();
      killed = true;
      return;
    }
    cancel = timers.after(Math.max(1, wakesAtMs(lease, now) - now), look);
  };
  const putRenewal = async (now: number) => {
    const next = renew(lease, now);
    ({ lease } = next);
    const settled = await putOver(space, key, lease, next.record);
    // What was given up meanwhile stays given up.
    if (lease.lostAtMs === null) lease = settle(lease, next.record, settled, nowMs());
    look();
  };
  timers.after(0, look);
  return {
    holds() {
      look();
      return !released && lease.lostAtMs === null;
    },
    async release(state, limitMs) {
      released = true;
      cancel();
      await renewal;
      const untilMs = nowMs() + limitMs;
      while (lease.lostAtMs === null && nowMs() < untilMs) {
        const next = renew(lease, nowMs());
        ({ lease } = next);
        const settled = await putOver(space, key, lease, leftAs(state, next.record));
        if (settled !== null && 'revision' in settled) return true;
        lease = settle(lease, next.record, settled, nowMs());
        if (lease.lostAtMs === null) await pause(timers, AGAIN_MS);
      }
      return lease.lostAtMs !== null;
    },
  };
}

/** What `state` is written as: who has it next must not be taken for us. */
function leftAs(state: 'offered' | 'ended', record: ShareRecord): ShareRecord {
  if (state === 'ended') return { ...record, state };
  return { ...record, state, agent: null, epoch: record.epoch + 1 };
}

/** `null`: there was no answer, whatever became of it. */
type Settled = { readonly revision: number } | { readonly entry: StoreEntry | null } | null;

/** Puts and, where somebody was there before, looks who. */
export async function putOver(
  space: RunSpace,
  key: string,
  { revision }: Pick<Lease, 'revision'>,
  record: ShareRecord,
): Promise<Settled> {
  try {
    return { revision: await space.put(key, toBytes(record), revision) };
  } catch (error) {
    const fault = error instanceof BusError ? error.fault : null;
    // Of a run that was removed nothing is ours.
    if (fault === 'missing') return { entry: null };
    if (fault !== 'conflict') return null;
    return space.get(key).then(
      (entry) => ({ entry }),
      () => null,
    );
  }
}

/** What is known of a lease after a put of `record`. */
export function settle(
  lease: Lease,
  { renewals }: Pick<ShareRecord, 'renewals'>,
  settled: Settled,
  nowMs: number,
): Lease {
  if (settled === null) return renewals === lease.renewals ? unanswered(lease) : lease;
  if ('revision' in settled) return confirmed(lease, settled.revision, renewals);
  const { entry } = settled;
  const read = entry && { record: readShare(entry.value), revision: entry.revision };
  return looked(lease, read, nowMs);
}

export const pause = (timers: Timers, delayMs: number): Promise<void> =>
  new Promise((resolve) => void timers.after(delayMs, resolve));
