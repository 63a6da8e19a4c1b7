/**
 * How long a share is ours: a pure state machine, by our monotonic clock in ms. A lease ends so
 * long after we SENT the last renewal that was confirmed; whoever gives the share away counts from
 * when they saw it, which is later. So chargers that are closed before its end are never connected
 * twice.
 */
import type { ShareRecord } from '../share/records.ts';

export const RENEW_MS = 1_000;
/** For the answer to a renewal, before another one is sent. */
const PATIENCE_MS = 2_000;
const MOST_MARGIN_MS = 3_000;
/** What chargers get to close by themselves when somebody else has their share already. */
const CLOSE_MS = 500;

export interface Lease {
  readonly agent: string;
  readonly epoch: number;
  readonly leaseMs: number;
  /** Of the entry as we know it: what is replaced must have it. */
  readonly revision: number;
  /** When the renewal that was confirmed last was sent: the lease counts from there. */
  readonly heldFromMs: number;
  /** Sent and not confirmed, the oldest first. */
  readonly sent: readonly Renewal[];
  /** The last of them may still be answered. */
  readonly underWay: boolean;
  /** The last number that was given to a renewal. */
  readonly renewals: number;
  /** When it was given up for good, and chargers began to close; null: it is ours. */
  readonly lostAtMs: number | null;
}

interface Renewal {
  readonly renewals: number;
  readonly atMs: number;
}

/** What is to be done now. `kill`: whatever is still open must be gone at once. */
export type LeaseStep = 'wait' | 'renew' | 'close' | 'kill';

/** A share that is offered is asked for: the first of the renewals, to be put over `revision`. */
export function claim(
  options: Pick<Lease, 'agent' | 'epoch' | 'leaseMs' | 'revision'> & {
    /** Drawn: two agents of one name are told apart by it. */
    readonly firstRenewals: number;
  },
  nowMs: number,
): { lease: Lease; record: ShareRecord } {
  const { firstRenewals, ...rest } = options;
  return renew(
    {
      ...rest,
      ...{ heldFromMs: nowMs, sent: [], underWay: false, lostAtMs: null },
      renewals: firstRenewals - 1,
    },
    nowMs,
  );
}

export const endsAtMs = ({ heldFromMs, leaseMs }: Lease): number => heldFromMs + leaseMs;

/** Chargers need some time to close. */
export const closesAtMs = (lease: Lease): number =>
  endsAtMs(lease) - Math.min(MOST_MARGIN_MS, lease.leaseMs / 4);

/** Half of the margin is for chargers that close by themselves. */
function killsAtMs(lease: Lease): number {
  const middleMs = (closesAtMs(lease) + endsAtMs(lease)) / 2;
  const { lostAtMs } = lease;
  return lostAtMs === null ? middleMs : Math.min(middleMs, lostAtMs + CLOSE_MS);
}

/** Asked first whenever something happens: a process that was frozen learns it here. */
export function leaseStep(lease: Lease, nowMs: number): LeaseStep {
  if (nowMs >= killsAtMs(lease)) return 'kill';
  if (lease.lostAtMs !== null || nowMs >= closesAtMs(lease)) return 'close';
  return nowMs >= nextRenewalMs(lease) ? 'renew' : 'wait';
}

/** A bus may take its time to say that it did not answer: that must not use up the lease. */
const nextRenewalMs = ({ heldFromMs, sent, underWay }: Lease): number =>
  (sent.at(-1)?.atMs ?? heldFromMs) + (underWay ? PATIENCE_MS : RENEW_MS);

/** When `leaseStep` says something else than now, if nothing happens. */
export function wakesAtMs(lease: Lease, nowMs: number): number {
  const moments = [closesAtMs(lease), killsAtMs(lease)];
  if (lease.lostAtMs === null) moments.push(nextRenewalMs(lease));
  return Math.min(...moments.filter((atMs) => atMs > nowMs), nowMs + RENEW_MS);
}

/** A renewal leaves: what to put in place of `revision`. */
export function renew(lease: Lease, nowMs: number): { lease: Lease; record: ShareRecord } {
  const renewals = lease.renewals + 1;
  const sent = [...lease.sent, { renewals, atMs: nowMs }];
  return {
    lease: { ...lease, renewals, sent, underWay: true },
    record: { state: 'held', agent: lease.agent, epoch: lease.epoch, renewals },
  };
}

/** The put of that renewal resolved; a later one may have been found already. */
export const confirmed = (lease: Lease, revision: number, renewals: number): Lease =>
  revision <= lease.revision ? lease : found(lease, revision, renewals);

/** It was rejected: `away` and `timeout` leave open whether it is there. */
export const unanswered = (lease: Lease): Lease => ({ ...lease, underWay: false });

/**
 * What stands in the store, asked for after a conflict. A renewal of ours is as good as its
 * confirmation; what is none of ours is somebody else's.
 */
export function looked(
  lease: Lease,
  entry: { readonly record: ShareRecord | null; readonly revision: number } | null,
  nowMs: number,
): Lease {
  const record = entry?.record ?? null;
  // Read from a server that is behind.
  if (entry !== null && entry.revision < lease.revision) return unanswered(lease);
  if (entry === null || record === null || !isOurs(lease, record)) return lost(lease, nowMs);
  if (entry.revision === lease.revision) return unanswered(lease);
  return found(lease, entry.revision, record.renewals);
}

/** Never before one of its renewals, nor after the last. */
function isOurs({ agent, epoch, renewals, sent }: Lease, record: ShareRecord): boolean {
  const first = (sent[0]?.renewals ?? renewals + 1) - 1;
  return (
    record.state === 'held' &&
    record.agent === agent &&
    record.epoch === epoch &&
    record.renewals >= first &&
    record.renewals <= renewals
  );
}

function found(lease: Lease, revision: number, renewals: number): Lease {
  const atMs = lease.sent.find((each) => each.renewals === renewals)?.atMs;
  return {
    ...lease,
    revision,
    heldFromMs: atMs ?? lease.heldFromMs,
    sent: lease.sent.filter((each) => each.renewals > renewals),
    underWay: false,
  };
}

/** Somebody else has it, or its time is nearly over. */
export const lost = (lease: Lease, nowMs: number): Lease => ({
  ...lease,
  underWay: false,
  lostAtMs: lease.lostAtMs ?? nowMs,
});
