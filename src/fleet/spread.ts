/** How a run is spread over processes and threads of this machine. */
import { UserError } from '../base/errors.ts';
import {
  type FleetSize,
  type RunShare,
  shardOfWorker,
  shardSize,
  shareSize,
  WHOLE_RUN,
} from '../plan/split.ts';
import { chooseWorkers, type MachineLimits, mostChargers, type Spread } from './limits.ts';
import type { WorkerRange } from './pool.ts';

export interface SpreadWish {
  readonly workers: number | 'auto';
  readonly processes?: number | 'auto';
  /** Default: the whole run. */
  readonly share?: RunShare;
}

export const MOST_PROCESSES = 256;

interface SpreadPlan {
  readonly fleets: readonly FleetSize[];
  /** Each worker has a handshake slot at least: more of them would be more than the plan says. */
  readonly limits?: { readonly maxHandshakes: number };
}

/**
 * One process, unless it has too few descriptors: then as many as it takes. Each has a worker at
 * least, so that there may be more of them than were asked for.
 * @throws UserError when fewer workers than processes were asked for, or the share has no chargers.
 */
export function chooseSpread(
  plan: SpreadPlan,
  wish: SpreadWish,
  limits: Pick<MachineLimits, 'descriptors' | 'processors'>,
): Spread {
  const { workers: wanted, processes: asked = 'auto', share = WHOLE_RUN } = wish;
  const chargerCount = shareSize(plan.fleets, share);
  if (chargerCount === 0) throw emptyShare(share);
  const chosen = wanted === 'auto' ? chooseWorkers(chargerCount, limits.processors) : wanted;
  const handshakes = plan.limits ? Math.floor(plan.limits.maxHandshakes / share.of) : chosen;
  const threads = Math.max(1, Math.min(chosen, handshakes));
  const spreadOver = (processes: number): Spread => ({
    processes,
    workers: Math.min(Math.max(threads, processes), chargerCount),
  });
  if (asked !== 'auto') {
    if (wanted !== 'auto' && wanted < asked) throw tooFewWorkers(wanted, asked);
    return spreadOver(Math.min(asked, chargerCount));
  }
  const most = mostChargers(limits.descriptors ?? Number.POSITIVE_INFINITY);
  // A machine that cannot carry it in the most processes cannot carry it: the doctor says so.
  let processes = Math.max(1, Math.min(MOST_PROCESSES, Math.ceil(chargerCount / most)));
  while (processes < MOST_PROCESSES && mostOfProcess(plan, spreadOver(processes), share) > most) {
    processes++;
  }
  return spreadOver(Math.min(processes, chargerCount));
}

const tooFewWorkers = (workers: number, processes: number) =>
  new UserError(
    `--workers ${workers} are too few for --processes ${processes}`,
    `each process has a worker at least: --workers ${processes}, or leave them to ocpp-load`,
  );

const emptyShare = ({ index, of }: RunShare) =>
  new UserError(
    `share ${index + 1} of ${of} has no chargers`,
    'there are more shares than chargers, or, with arrivals, than groups of 256: use fewer shares',
  );

/** Workers of each process, as even as whole numbers can be. */
export function rangesOf({ processes, workers }: Spread): WorkerRange[] {
  const firstOf = (process: number) => Math.floor((process * workers) / processes);
  return Array.from({ length: processes }, (_, p) => ({
    first: firstOf(p),
    count: firstOf(p + 1) - firstOf(p),
  }));
}

/** Chargers of the process that has most of them. */
export function mostOfProcess(
  { fleets }: SpreadPlan,
  spread: Spread,
  share: RunShare = WHOLE_RUN,
): number {
  if (spread.processes === 1) return shareSize(fleets, share);
  const sizes = Array.from({ length: spread.workers }, (_, worker) => {
    const { shard, shards } = shardOfWorker(share, worker, spread.workers);
    return fleets.reduce((sum, fleet) => sum + shardSize(fleet, shard, shards), 0);
  });
  const processes = rangesOf(spread).map(({ first, count }) =>
    sizes.slice(first, first + count).reduce((sum, size) => sum + size, 0),
  );
  return Math.max(...processes);
}
