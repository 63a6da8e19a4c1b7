/** What a user may do to a run under way; each deed is an event of the run. */
import type { Clock } from '../base/clock.ts';
import { UserError } from '../base/errors.ts';
import type { Dropped } from '../engine/shard/loop.ts';
import { percent, whole } from '../health/words.ts';
import type { Plan } from '../plan/plan.ts';
import type { ControlView } from '../view/run-view.ts';
import type { Pool } from './pool.ts';

export type ControlAction =
  /** No cars come until `resumeArrivals`; those that would have come do not come later. */
  | { readonly action: 'pauseArrivals' }
  | { readonly action: 'resumeArrivals' }
  /** Cars come at `factor` times the planned rate, now or when they are resumed. */
  | { readonly action: 'rate'; readonly factor: number }
  /** Each open connection is dropped with this chance; chargers come back by their own rules. */
  | { readonly action: 'drop'; readonly share: number }
  /** Begins the drain; the run ends as `interrupted`. */
  | { readonly action: 'stop' };

export interface RunControl {
  state(): ControlView;
  /**
   * Resolves with what was done, in words.
   * @throws UserError when this run has nothing to do it to.
   */
  act(action: ControlAction): Promise<string>;
}

/**
 * What only ocpp-load itself does to a run: a search grows one fleet instead of many, and the
 * coordinator of many machines says to each what its user said to it. None of it is an event.
 */
export interface FleetControl extends RunControl {
  /** Begins the drain, unless it has begun. */
  drain(): void;
  /** Ends the drain that is under way, or a run that does not drain at once. */
  finish(): void;
  /** From `atNs` on, of the clock of `Controller.start`, cars come at `factor` times their rate. */
  setPace(atNs: number, factor: number): void;
  /** Drops each open connection with a chance of `share`; `draw` numbers the drops of a run. */
  drop(share: number, draw: number): Promise<Dropped>;
  /** The first `sizes` chargers of each fleet are to be connected; never fewer than before. */
  grow(sizes: readonly number[]): void;
}

export interface Controlled {
  readonly plan: Plan;
  readonly pool: Pick<Pool, 'finish' | 'setPace' | 'setSize' | 'drop' | 'leadNs'>;
  readonly clock: Clock;
  /** Whether the drain has begun. */
  readonly draining: () => boolean;
  readonly drain: () => void;
  /** Takes each deed, as an event of the run. */
  readonly tell: (text: string) => void;
}

export function runControl(controlled: Controlled): FleetControl {
  const { plan, pool, clock, draining, tell } = controlled;
  const arrivals = plan.fleets.flatMap((fleet) => (fleet.arrivals === null ? [] : fleet.name));
  let state: ControlView = { arrivals, paused: false, factor: 1 };
  let drops = 0;
  const change = (next: Partial<ControlView>) => {
    if (arrivals.length === 0) throw noArrivals();
    state = { ...state, ...next };
    // All shards change at one moment.
    pool.setPace(clock.nowNs() + pool.leadNs, state.paused ? 0 : state.factor);
  };
  const deed = async (action: ControlAction): Promise<string> => {
    switch (action.action) {
      case 'pauseArrivals':
        change({ paused: true });
        return 'arrivals paused';
      case 'resumeArrivals':
        change({ paused: false });
        return `arrivals resumed, ${rateText(state)}`;
      case 'rate':
        change({ factor: action.factor });
        return `arrivals ${rateText(state)}`;
      case 'drop':
        return droppedText(await pool.drop(action.share, ++drops), action.share);
      case 'stop':
        controlled.drain();
        return 'the run is stopped';
    }
  };
  const drainOnce = () => {
    if (!draining()) controlled.drain();
  };
  return {
    state: () => state,
    drain: drainOnce,
    finish() {
      drainOnce();
      pool.finish();
    },
    setPace: pool.setPace,
    drop: pool.drop,
    grow: (sizes) => pool.setSize(clock.nowNs() + pool.leadNs, sizes),
    async act(action) {
      if (draining()) throw new UserError('the run drains already', 'it ends by itself');
      const text = await deed(action);
      tell(`control: ${text}`);
      return text;
    },
  };
}

const rateText = ({ paused, factor }: ControlView) =>
  `at ${factor} times the planned rate${paused ? ', once they are resumed' : ''}`;

const droppedText = ({ dropped, open }: Dropped, share: number) =>
  `dropped ${whole(dropped)} of ${whole(open)} connections (a share of ${percent(share)})`;

const noArrivals = () =>
  new UserError(
    'no fleet of this scenario has arrivals: its lives set their own pace',
    'drop and stop work with every scenario; arrivals need a fleet with `arrivals`',
  );
