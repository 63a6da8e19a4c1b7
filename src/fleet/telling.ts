/**
 * Threads of this process that tell what they have counted, as those of others do. Their memory can
 * be read at any moment, but between two writes of a shard; what they tell they tell between two
 * events, so that every second holds sums that agree, whether or not another follows it.
 */
import { systemClock } from '../base/clock.ts';
import { mirrorOf } from './host/mirror.ts';
import type { Pool, PoolOptions } from './pool.ts';
import { startThreads } from './threads.ts';

const SETTLE_MS = 200;
/** All have told by then what happened so long ago. */
const SETTLED_NS = 1e9;

export function startTelling(options: PoolOptions): Pool {
  const { plan, workers } = options;
  const mirror = mirrorOf(plan.fleets.length, workers);
  const clock = systemClock();
  const pool = startThreads(
    options,
    { first: 0, count: workers },
    { told: mirror.add, lost: mirror.lose },
  );
  const settling = setInterval(() => mirror.settle(clock.nowNs() - SETTLED_NS), SETTLE_MS);
  return {
    ...pool,
    memories: [mirror.memory],
    ended: pool.ended.then((end) => {
      clearInterval(settling);
      mirror.settle(Number.POSITIVE_INFINITY);
      return end;
    }),
    destroy() {
      clearInterval(settling);
      return pool.destroy();
    },
  };
}
