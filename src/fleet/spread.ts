/** How a run is spread over processes and threads of this machine. */
import { UserError } from '../base/errors.ts';
import { type FleetSize, shardSize } from '../plan/split.ts';
import { chooseWorkers, type MachineLimits, mostChargers, type Spread } from './limits.ts';

export interface SpreadWish {
  readonly workers: number | 'auto';
  readonly processes?: number | 'auto';
}

export const MOST_PROCESSES = 256;

interface SpreadPlan {
  readonly chargerCount: number;
  readonly fleets: readonly FleetSize[];
  /** Each worker has a handshake slot at least: more of them would be more than the plan says. */
  readonly limits?: { readonly maxHandshakes: number };
}

/**
 * One process, unless it has too few descriptors: then as many as it takes. Each has a worker at
 * least, so that there may be more of them than were asked for.
 * @throws UserError when fewer workers than processes were asked for.
 */
export function chooseSpread(
  plan: SpreadPlan,
  wish: SpreadWish,
  limits: Pick<MachineLimits, 'descriptors' | 'processors'>,
): Spread {
  const { chargerCount } = plan;
  const { workers: wanted, processes: asked = 'auto' } = wish;
  const chosen = wanted === 'auto' ? chooseWorkers(chargerCount, limits.processors) : wanted;
  const threads = Math.min(chosen, plan.limits?.maxHandshakes ?? chosen);
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
  while (processes < MOST_PROCESSES && mostOfProcess(plan, spreadOver(processes)) > most) {
    processes++;
  }
  return spreadOver(Math.min(processes, chargerCount));
}

const tooFewWorkers = (workers: number, processes: number) =>
  new UserError(
    `--workers ${workers} are too few for --processes ${processes}`,
    `each process has a worker at least: --workers ${processes}, or leave them to ocpp-load`,
  );

/** Shards of each process, as even as whole numbers can be. */
export function sharesOf({ processes, workers }: Spread) {
  const firstOf = (process: number) => Math.floor((process * workers) / processes);
  return Array.from({ length: processes }, (_, p) => ({
    first: firstOf(p),
    count: firstOf(p + 1) - firstOf(p),
    shards: workers,
  }));
}

/** Chargers of the process that has most of them. */
export function mostOfProcess({ fleets, chargerCount }: SpreadPlan, spread: Spread): number {
  if (spread.processes === 1) return chargerCount;
  const sizes = Array.from({ length: spread.workers }, (_, shard) =>
    fleets.reduce((sum, fleet) => sum + shardSize(fleet, shard, spread.workers), 0),
  );
  const shares = sharesOf(spread).map(({ first, count }) =>
    sizes.slice(first, first + count).reduce((sum, size) => sum + size, 0),
  );
  return Math.max(...shares);
}
