import type { Clock } from '../../base/clock.ts';
import { type Counted, takeCounted } from '../../snapshot/counted.ts';
import type { ShardMemory } from '../../snapshot/layout.ts';

/** What a shard tells that shares no memory with the one that watches the run. */
export interface Told {
  /** null: nothing was counted. */
  readonly counted: Counted | null;
  /** When charging profiles arrived, ns on the clock that all processes of a machine share. */
  readonly pushes: Float64Array;
}

export interface Teller {
  /** Tells at fixed moments from `startNs` on. */
  begin(startNs: number): void;
  pushed(arrivedNs: number): void;
  /** Tells the rest, and no more. */
  end(): void;
}

const EVERY_NS = 200e6;

/**
 * Moments lie in the middle between the seconds at which a run is read and each other, so that
 * every second holds as many of them: 0.1 s, 0.3 s, ...
 */
export function teller(clock: Clock, memory: ShardMemory, tell: (told: Told) => void): Teller {
  let pushes: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const tellAll = () => {
    const told = { counted: takeCounted(memory), pushes: Float64Array.from(pushes) };
    pushes = [];
    if (told.counted !== null || told.pushes.length > 0) tell(told);
  };
  const wait = (startNs: number) => {
    const sinceNs = clock.nowNs() - startNs;
    const next = Math.max(0, Math.floor(sinceNs / EVERY_NS + 0.5));
    const delayNs = (next + 0.5) * EVERY_NS - sinceNs;
    timer = setTimeout(
      () => {
        tellAll();
        wait(startNs);
      },
      Math.ceil(delayNs / 1e6),
    );
  };
  return {
    begin: wait,
    pushed: (arrivedNs) => void pushes.push(arrivedNs),
    end() {
      clearTimeout(timer);
      tellAll();
    },
  };
}
