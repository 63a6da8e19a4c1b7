/** While a run runs: who is silent, what is lost, which seconds close, and when all is over. */
import { formatDurationNs } from '../base/units.ts';
import { serviceTimes } from '../fleet/progress.ts';
import type { Ending } from '../fleet/result.ts';
import { SOUND, type Verdict } from '../health/verdict.ts';
import type { Desk } from './desk.ts';
import { timesUntil } from './ends.ts';
import { shareFacts } from './facts.ts';
import { GRACE_MS, graceIsOver } from './liveness.ts';
import { progressOf } from './progress.ts';
import type { Tenure } from './shares.ts';
import { verdictOf } from './verdict.ts';

/** Looks at everything once. */
export interface Conductor {
  look(): void;
  /** Begins the drain, or ends the one under way. */
  stop(): void;
  drain(): void;
  isOver(): boolean;
  /** A second has closed. */
  closed(interval: { readonly delta: Parameters<ReturnType<typeof serviceTimes>['add']>[0] }): void;
}

export const LOOK_MS = 250;
/** Shards that are stuck are given up by their agent first. */
const STUCK_MS = 10_000;
/** The bus may be away when all should be over: not for ever. */
const AWAY_MS = 60_000;
const CALL_MS = 1_000;

/** A share that was lost and is offered again, by number. */
interface Offered {
  readonly sinceMs: number;
  over: boolean;
}

export function conductor(desk: Desk): Conductor {
  const { plan, options, log, orders, gathering, liveness } = desk;
  const { record } = options;
  const times = serviceTimes(plan.fleets.length);
  const offered = new Map<number, Offered>();
  const noted = new Set<string>();
  let closedTo = -1;
  let calledMs = Number.NEGATIVE_INFINITY;
  let verdict: Verdict = SOUND;
  let stale = false;
  let nextLookMs = Number.NaN;

  const once = (key: string, act: () => void) => {
    if (noted.has(key)) return;
    noted.add(key);
    act();
  };
  const order = (given: Parameters<typeof orders.give>[0]) =>
    void orders.give(given).catch((error) => desk.fail(error));
  const drain = () => {
    if (orders.given().some(({ order: kind }) => kind === 'drain')) return;
    once('drain', () => {
      desk.note({ note: 'drain', atS: Math.max(0, desk.elapsedS()) });
      order({ order: 'drain' });
    });
  };
  const running = () => [...log.shares.current.values()].filter(({ state }) => state === 'running');
  const lose = (tenure: Tenure, why: string) =>
    once(`lost ${tenure.share}/${tenure.epoch}`, () => {
      const { share, epoch } = tenure;
      desk.note({ note: 'lost', share, epoch, why });
    });

  const lookAtAgents = (nowMs: number) => {
    const upSinceMs = desk.upSinceMs();
    const holders = new Set(running().map(({ agent }) => agent));
    for (const { agent, silent } of liveness.changes(nowMs, upSinceMs)) {
      if (holders.has(agent)) desk.tell(`agent ${agent} is ${silent ? 'silent' : 'back'}`);
    }
    for (const tenure of running()) {
      const entry = gathering.entryOf(tenure.share);
      const isOver = desk.leases.isOver(tenure.share, nowMs, upSinceMs);
      const leased = formatDurationNs(record.leaseMs * 1e6);
      if (entry !== null && entry.epoch > tenure.epoch) lose(tenure, 'its agent gave it back');
      else if (entry?.state === 'held' && isOver) lose(tenure, `not heard of for ${leased}`);
    }
  };
  const closeSeconds = (nowMs: number) => {
    if (log.closer.waitsFor().length === 0) return;
    const endMs = (index: number) => nowMs - desk.elapsedS() * 1000 + (index + 1) * 1000;
    const last = Math.floor(desk.elapsedS() - GRACE_MS / 1000) - 1;
    if (last < log.closer.next() || last <= closedTo) return;
    if (!graceIsOver(endMs(last), nowMs, desk.upSinceMs())) return;
    closedTo = last;
    desk.note({ note: 'close', index: last });
  };
  const mayReassign = () =>
    record.onAgentLoss === 'reassign' &&
    desk.elapsedS() < log.drainAtS() &&
    !orders.given().some(({ order: kind }) => kind === 'drain');
  const reassign = (nowMs: number) => {
    for (const [share, tenure] of log.shares.current) {
      if (tenure.state !== 'lost') continue;
      const offer = offered.get(share) ?? { sinceMs: nowMs, over: false };
      if (offer.over) continue;
      const known = offered.get(share) !== undefined;
      offered.set(share, offer);
      if (!known) desk.tell(`share ${share + 1} is offered again`);
      const heir = gathering.readyFor(share);
      if (heir !== null && heir.epoch > tenure.epoch) {
        const what = `holder ${share}/${heir.epoch}`;
        once(what, () => {
          desk.note({ note: 'holder', holder: heir });
          desk.tell(`share ${share + 1} begins anew at agent ${heir.agent}`);
        });
        offered.delete(share);
      } else if (nowMs - offer.sinceMs > options.waitMs) {
        offer.over = true;
        desk.tell(`share ${share + 1} was taken by nobody`);
      } else if (gathering.entryOf(share)?.epoch === tenure.epoch) {
        desk.offer(share);
      } else if (nowMs - calledMs >= CALL_MS) {
        calledMs = nowMs;
        desk.call();
      }
    }
  };
  const isOffered = (share: number) => mayReassign() && offered.get(share)?.over !== true;
  const endLate = () => {
    const graceS = plan.stages.graceNs / 1e9;
    const lateMs = (desk.elapsedS() - log.drainAtS() - graceS) * 1000 - record.leaseMs - STUCK_MS;
    if (lateMs < 0) return;
    const away = desk.upSinceMs() === null;
    const why = away ? 'the bus is away, and did not come back' : 'it never told its end';
    for (const tenure of running()) {
      if (!away) lose(tenure, why);
      // The log cannot say it: whoever resumes this run hears more.
      if (away ? lateMs > AWAY_MS : lateMs > STUCK_MS) {
        log.apply({ note: 'lost', share: tenure.share, epoch: tenure.epoch, why });
      }
    }
  };
  const tellProgress = (nowMs: number) => {
    const loopLagMs = Math.max(0, nowMs - nextLookMs) || 0;
    nextLookMs = nowMs + LOOK_MS;
    const shares = shareFacts(log, liveness.isSilent);
    const elapsedS = desk.elapsedS();
    if (stale) verdict = verdictOf(plan, log, shares, timesUntil(plan, elapsedS).steadyS);
    stale = false;
    options.onProgress(progressOf({ plan, log, elapsedS, times, verdict, loopLagMs, shares }));
  };
  return {
    look() {
      const nowMs = desk.nowMs();
      lookAtAgents(nowMs);
      closeSeconds(nowMs);
      if (mayReassign()) reassign(nowMs);
      if (mustDrain(desk)) drain();
      endLate();
      tellProgress(nowMs);
    },
    stop() {
      if (desk.elapsedS() < log.drainAtS()) drain();
      else once('finish', () => order({ order: 'finish' }));
    },
    drain,
    isOver: () =>
      log.startedAtMs() !== null &&
      [...log.shares.current].every(
        ([share, { state }]) => state === 'ended' || (state === 'lost' && !isOffered(share)),
      ),
    closed({ delta }) {
      times.add(delta);
      stale = true;
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
    log.failedThreshold() ||
    (lost && options.record.onAgentLoss === 'fail') ||
    (desk.elapsedS() >= log.drainAtS() && tenures.some(isRunningHeir)) ||
    tenures.some(({ end }) => end !== null && !end.leaseLost && ENDS_ALL.includes(end.ending))
  );
}
