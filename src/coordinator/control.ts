/** What a user may do to a run over several machines: the same as to one, as orders to all. */
import { UserError } from '../base/errors.ts';
import type { Dropped } from '../engine/shard/loop.ts';
import { type FleetControl, runControl } from '../fleet/control.ts';
import type { Desk } from './desk.ts';
import type { Tenure } from './shares.ts';

/** For an order to reach every agent. */
const LEAD_MS = 500;
/** For all agents to say what came of a drop. */
const DROP_MS = 5_000;

export interface CoordinatedControl {
  readonly control: FleetControl;
  /** An agent says what came of an order to drop connections. */
  dropped(tenure: Tenure, answer: Dropped & { readonly draw: number }): void;
}

export function coordinatedControl(
  desk: Desk,
  { stop }: { readonly stop: () => void },
): CoordinatedControl {
  const { plan, clock, log, orders } = desk;
  const waiting = new Map<number, (tenure: Tenure, dropped: Dropped) => void>();
  const draining = () => desk.elapsedS() >= log.drainAtS;
  const atMs = (atNs: number) => desk.wallMs() + (atNs - clock.nowNs()) / 1e6;
  const drop = async (share: number): Promise<Dropped> => {
    const draw = orders.given().filter(({ order }) => order === 'drop').length + 1;
    const open = new Set([...log.shares.current.values()].filter(isRunning));
    const sum = { dropped: 0, open: 0 };
    const answered = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, DROP_MS);
      waiting.set(draw, (tenure, answer) => {
        if (!open.delete(tenure)) return;
        sum.dropped += answer.dropped;
        sum.open += answer.open;
        if (open.size > 0) return;
        clearTimeout(timer);
        resolve();
      });
    });
    await orders.give({ order: 'drop', share, draw });
    await answered;
    waiting.delete(draw);
    return sum;
  };
  const pool = {
    leadNs: LEAD_MS * 1e6,
    finish: () => void orders.give({ order: 'finish' }).catch(desk.fail),
    setPace: (atNs: number, factor: number) =>
      void orders.give({ order: 'pace', atMs: atMs(atNs), factor }).catch(desk.fail),
    drop,
    setSize(): never {
      throw new UserError('a run over several machines cannot grow', 'run it on one machine');
    },
  };
  return {
    control: runControl({ plan, pool, clock, draining, drain: stop, tell: desk.tell }),
    dropped: (tenure, answer) => waiting.get(answer.draw)?.(tenure, answer),
  };
}

const isRunning = ({ state }: Tenure) => state === 'running';
