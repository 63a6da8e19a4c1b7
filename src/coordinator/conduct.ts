/** While a run runs: who is silent, what is lost, which seconds close, and when all is over. */
import { formatDurationNs } from '../base/units.ts';
import { serviceTimes } from '../fleet/progress.ts';
import type { Ending } from '../fleet/result.ts';
import { SOUND, type Verdict } from '../health/verdict.ts';
import type { Interval } from '../series/interval.ts';
import { type Deeds, deedsOf } from './deeds.ts';
import type { Desk } from './desk.ts';
import { gaveUp, timesUntil } from './ends.ts';
import { shareFacts } from './facts.ts';
import { GRACE_MS, graceIsOver, RETURN_MS } from './liveness.ts';
import type { RunLog } from './log.ts';
import { progressOf } from './progress.ts';
import { reassigning } from './reassign.ts';
import type { Tenure } from './shares.ts';
import { verdictOf } from './verdict.ts';

export interface Conductor {
  /** Looks at everything once. */
  look(): void;
  /** Begins the drain, or ends the one under way. */
  stop(): void;
  isOver(): boolean;
  /** A second has closed. */
  closed(interval: Interval): void;
}

export const LOOK_MS = 250;
/** Shards that are stuck are given up by their agent first. */
const STUCK_MS = 10_000;
/** The bus may be away when all should be over: not for ever. */
const AWAY_MS = 60_000;

export function conductor(desk: Desk): Conductor {
  const { log } = desk;
  const deeds = deedsOf(desk);
  const again = reassigning(desk, deeds);
  const teller = progressTeller(desk);
  const isOut = (share: number, { state }: Tenure) =>
    state === 'ended' || (state === 'lost' && !again.isOpen(share));
  return {
    look() {
      const nowMs = desk.nowMs();
      lookAtAgents(desk, deeds, nowMs);
      closeSeconds(desk, deeds, nowMs);
      again.look(nowMs);
      if (mustDrain(desk)) deeds.drain();
      endLate(desk, deeds);
      teller.tell(nowMs);
    },
    stop() {
      if (desk.elapsedS() < log.drainAtS) deeds.drain();
      else deeds.finish();
    },
    isOver: () =>
      log.startedAtMs !== null &&
      [...log.shares.current].every(([share, tenure]) => isOut(share, tenure)),
    closed: teller.closed,
  };
}

const running = ({ shares }: RunLog) =>
  [...shares.current.values()].filter(({ state }) => state === 'running');

function lookAtAgents(desk: Desk, deeds: Deeds, nowMs: number): void {
  const { log, gathering, liveness, leases, options } = desk;
  const upSinceMs = desk.upSinceMs();
  const holders = new Set(running(log).map(({ agent }) => agent));
  for (const { agent, silent } of liveness.changes(nowMs, upSinceMs)) {
    if (holders.has(agent)) desk.tell(`agent ${agent} is ${silent ? 'silent' : 'back'}`);
  }
  const lease = formatDurationNs(options.record.leaseMs * 1e6);
  for (const tenure of running(log)) {
    const entry = gathering.entryOf(tenure.share);
    const isOver = leases.isOver(tenure.share, nowMs, upSinceMs);
    if (entry !== null && entry.epoch > tenure.epoch) deeds.lose(tenure, 'its agent gave it back');
    else if (entry?.state === 'held' && isOver) deeds.lose(tenure, `not heard of for ${lease}`);
  }
}

/** Without those that have not delivered them for longer than the grace. */
function closeSeconds(desk: Desk, deeds: Deeds, nowMs: number): void {
  const { closer } = desk.log;
  const elapsedS = desk.elapsedS();
  const last = Math.floor(elapsedS - GRACE_MS / 1000) - 1;
  if (closer.waitsFor().length === 0 || last < closer.next()) return;
  const endMs = nowMs + (last + 1 - elapsedS) * 1000;
  if (graceIsOver(endMs, nowMs, desk.upSinceMs())) deeds.closeTo(last);
}

/** Whatever happens, a run ends: those that never tell their end are lost. */
function endLate(desk: Desk, deeds: Deeds): void {
  const { plan, log, options } = desk;
  const endS = log.drainAtS + plan.stages.graceNs / 1e9;
  const lateMs = (desk.elapsedS() - endS) * 1000 - options.record.leaseMs - STUCK_MS;
  if (lateMs < 0) return;
  const upSinceMs = desk.upSinceMs();
  const away = upSinceMs === null;
  // What was told meanwhile is read first.
  if (!away && desk.nowMs() - upSinceMs < RETURN_MS && lateMs < AWAY_MS) return;
  const why = away ? 'the bus is away, and did not come back' : 'it never told its end';
  for (const tenure of running(log)) {
    if (!away) deeds.lose(tenure, why);
    // The log cannot say it: whoever resumes this run hears more.
    if (lateMs > (away ? AWAY_MS : STUCK_MS)) {
      const { share, epoch } = tenure;
      desk.reader.apply({ note: 'lost', share, epoch, why, atS: desk.elapsedS() });
    }
  }
}

function progressTeller(desk: Desk) {
  const { plan, log, options, liveness } = desk;
  const times = serviceTimes(plan.fleets.length);
  let verdict: Verdict = SOUND;
  let stale = false;
  let nextLookMs = Number.NaN;
  return {
    closed({ delta }: Interval) {
      times.add(delta);
      stale = true;
    },
    tell(nowMs: number) {
      const loopLagMs = Math.max(0, nowMs - nextLookMs) || 0;
      nextLookMs = nowMs + LOOK_MS;
      const shares = shareFacts(log, liveness.isSilent);
      const elapsedS = desk.elapsedS();
      if (stale) verdict = verdictOf(plan, log, shares, timesUntil(plan, elapsedS).steadyS);
      stale = false;
      options.onProgress(progressOf({ plan, log, elapsedS, times, verdict, loopLagMs, shares }));
    },
  };
}

/** Nobody needs the rest of a run of which a part has ended so. */
const ENDS_ALL: readonly Ending[] = ['shardError', 'scriptError', 'aborted'];

const isRunningHeir = ({ isHeir, state }: Tenure) => isHeir && state === 'running';

function mustDrain(desk: Desk): boolean {
  const { log, options } = desk;
  const { tenures, current } = log.shares;
  const lost = [...current.values()].some(({ state }) => state === 'lost');
  return (
    log.failedThreshold ||
    (lost && options.record.onAgentLoss === 'fail') ||
    (desk.elapsedS() >= log.drainAtS && tenures.some(isRunningHeir)) ||
    tenures.some(({ end }) => end !== null && !gaveUp(end) && ENDS_ALL.includes(end.ending))
  );
}
