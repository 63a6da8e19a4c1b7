/** A run that is offered: whether we trust it, whose its shares are, and how to get one. */

import { UserError } from '../base/errors.ts';
import { missingEnvironment } from '../bundle/environment.ts';
import { openRecordOf } from '../bundle/sign.ts';
import type { RunSpace } from '../bus/bus.ts';
import { parse, readShare } from '../share/json.ts';
import type { Offer, RunRecord, ShareRecord } from '../share/records.ts';
import { EVERY_SHARE, RUN_KEY, shareKey } from '../share/subjects.ts';
import {
  afterConflict,
  type ClaimState,
  chooseShare,
  FIRST_CLAIM,
  type SeenShare,
} from './claim.ts';
import { pause, putOver, settle } from './keeper.ts';
import { claim, type Lease } from './lease.ts';
import type { AgentOptions } from './ports.ts';

export interface Candidate {
  readonly space: RunSpace;
  readonly record: RunRecord;
  /** A share that is ours now; null: there was none for us. @param held that we have already. */
  tryClaim(held: number): Promise<{ readonly share: number; readonly lease: Lease } | null>;
  /** What is wrong with us for this run; null: nothing that we know. */
  readonly unfit: UserError | null;
  close(): void;
}

/**
 * Reads the record of a run. @throws UserError: nobody whom we trust signed it, or it is of another
 * version; BusError: the bus did not give it.
 */
export async function openCandidate(agent: AgentOptions, { runId }: Offer): Promise<Candidate> {
  const space = await agent.bus.openRun(runId);
  const entry = await space.get(RUN_KEY);
  const signed = parse(entry?.value ?? new Uint8Array());
  const record = openRecordOf(runId, signed, agent.trust, agent.version);
  const nowMs = () => agent.clock.nowNs() / 1e6;
  const shares = new Map<number, SeenShare & { readonly revision: number }>();
  const unwatch = space.watch(EVERY_SHARE, ({ key, value, revision }) => {
    const share = shareNumber(key, record.shares);
    const there = readShare(value);
    if (share === null || there === null) return;
    shares.set(share, { record: there, revision, sinceMs: nowMs() });
  });
  const draw = agent.draw ?? Math.random;
  let state: ClaimState = FIRST_CLAIM;
  return {
    space,
    record,
    unfit: unfitFor(agent, record),
    async tryClaim(held) {
      const share = chooseShare(shares, state, { nowMs: nowMs(), held });
      if (share === null) return null;
      const { record: offered, revision } = shares.get(share)!;
      const lease = await claimShare(agent, space, record, { share, offered, revision });
      state = lease === null ? afterConflict(state, nowMs(), draw()) : FIRST_CLAIM;
      return lease && { share, lease };
    },
    close: unwatch,
  };
}

function shareNumber(key: string, shares: number): number | null {
  const [, digits] = /^share\.(\d{1,9})$/.exec(key) ?? [];
  return digits !== undefined && Number(digits) < shares ? Number(digits) : null;
}

const CLAIM_LIMIT_MS = 10_000;
const AGAIN_MS = 250;

/** null: somebody else has it, or nobody knows. */
async function claimShare(
  { name, clock, timers, draw = Math.random }: AgentOptions,
  space: RunSpace,
  { leaseMs }: RunRecord,
  { share, offered, revision }: { share: number; offered: ShareRecord; revision: number },
): Promise<Lease | null> {
  const nowMs = () => clock.nowNs() / 1e6;
  const asked = claim(
    {
      ...{ agent: name, epoch: offered.epoch, leaseMs, revision },
      firstRenewals: 1 + Math.floor(draw() * 2 ** 31),
    },
    nowMs(),
  );
  let { lease } = asked;
  const untilMs = nowMs() + Math.min(CLAIM_LIMIT_MS, leaseMs / 2);
  while (nowMs() < untilMs) {
    const settled = await putOver(space, shareKey(share), lease, asked.record);
    lease = settle(lease, asked.record, settled, nowMs());
    if (lease.lostAtMs !== null) return null;
    if (settled !== null) return lease;
    await pause(timers, AGAIN_MS);
  }
  return null;
}

/** The coordinator is told, by a share that is claimed and refused. */
function unfitFor({ env }: AgentOptions, record: RunRecord): UserError | null {
  const missing = missingEnvironment(record, env);
  if (missing.length === 0) return null;
  return new UserError(
    `the scenario reads ${missing.join(', ')}, and this agent has no such environment variable`,
    `set ${missing.join(', ')} on the agents: values never travel`,
  );
}
