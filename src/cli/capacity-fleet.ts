/**
 * Holds loads for a capacity search with one fleet that grows, or to which cars come faster. Below
 * a load that failed a new fleet begins: what the failure left behind would weigh on the next.
 */
import type { Purpose, Seen } from '../capacity/drive.ts';
import { afterSecond, FIRST, type HoldSettings, type HoldState } from '../capacity/hold.ts';
import type { Varied } from '../capacity/result.ts';
import type { FleetControl } from '../fleet/control.ts';
import type { Progress, RunResult } from '../fleet/result.ts';
import { runPlan } from '../fleet/run.ts';
import { OP_WIDTH, Op, type Plan, type Program } from '../plan/plan.ts';
import { holdSecond, isOfHold, seenInSeconds } from '../report/held-load.ts';
import { dealChargers } from '../scenario/override.ts';
import type { Interval } from '../series/interval.ts';
import { addDelta } from '../snapshot/delta.ts';
import { emptySnapshot, mergeSnapshots, type Snapshot } from '../snapshot/snapshot.ts';
import { type EndingProber, heldFor, type ProbeOptions, refuseBroken } from './capacity-probe.ts';

/** Longer than any search; nothing of a plan costs more for it. */
const RUN_S = 7 * 24 * 3600;
/** For boots, beyond the time that the connects take by plan. */
const PATIENCE_S = 30;

/** A run under way, and what has been counted in it so far. */
interface Fleet {
  readonly plan: Plan;
  readonly stop: AbortController;
  readonly ended: Promise<RunResult>;
  readonly total: Snapshot;
  workers: number;
  control: FleetControl | null;
  /** That cars come for when their pace is 1. */
  readonly plannedLoad: number;
  load: number;
  sizes: readonly number[];
  /** Whoever looks at its seconds now. */
  hear: ((second: Interval) => void) | null;
  /** What the progress of the run is shown as. */
  state: HoldState;
  holdS: number;
}

export function oneFleet(options: ProbeOptions): EndingProber {
  const { planned, stop } = options;
  const { vary } = planned.question;
  let fleet: Fleet | null = null;
  let hasFailed = false;
  const end = async () => {
    const ending = fleet;
    fleet = null;
    if (ending !== null) await endFleet(ending, options);
  };
  return {
    end,
    async measure(load, purpose) {
      const isBelow = fleet !== null && load < fleet.load && vary === 'chargers';
      if (isBelow || hasFailed) await end();
      if (stop.aborted) return null;
      hasFailed = false;
      if (fleet === null) fleet = beginFleet(load, options);
      else grow(fleet, load, options);
      const seen = await hold(fleet, purpose, options);
      if (seen === null) await end();
      const failed = seen !== null && seen.failure !== null && seen.doubt === null;
      hasFailed = seen !== null && (seen.isCollapse || (vary === 'chargers' && failed));
      return seen;
    },
  };
}

/** The sizes of the fleets at a load; fleets only grow, so that a share may be one beside. */
function sizesAt(load: number, plan: Plan, before: readonly number[]): number[] {
  const counts = plan.fleets.map(({ chargerCount }) => chargerCount);
  return dealChargers(counts, load).map((size, f) => Math.max(size, before[f] ?? 0));
}

function beginFleet(load: number, options: ProbeOptions): Fleet {
  const { planned, spread, kill, display, run = runPlan } = options;
  const { question } = planned;
  const isRate = question.vary === 'rate';
  const plan = isRate
    ? planned.planAt(load, RUN_S)
    : inSteady(planned.planAt(question.search.to, RUN_S));
  const all = plan.fleets.map(({ chargerCount }) => chargerCount);
  const sizes = isRate ? all : sizesAt(load, plan, []);
  const stop = new AbortController();
  options.stop.addEventListener('abort', () => stop.abort(), { signal: stop.signal });
  const fleet: Fleet = {
    ...{
      plan,
      stop,
      load,
      sizes,
      plannedLoad: load,
      workers: 1,
      control: null,
      hear: null,
      state: FIRST,
      holdS: 0,
    },
    total: emptySnapshot(plan.fleets.length),
    ended: run(plan, {
      ...{ ...spread, kill, sizes, stop: stop.signal },
      onStart(info) {
        fleet.workers = info.workers;
        display.start({ fleetCount: plan.fleets.length, planned: plan.chargerCount });
      },
      onControl(control) {
        fleet.control = control;
      },
      onProgress: (progress) => display.progress(shown(progress, fleet, options)),
      onEvent: display.event,
      onInterval(interval) {
        display.interval(interval);
        addDelta(fleet.total, interval.delta);
        fleet.hear?.(interval);
      },
    }),
  };
  // Whoever waits for it hears of it; a search that ends before that must not be ended by it.
  fleet.ended.catch(() => {});
  return fleet;
}

/** All CALLs belong to the steady stage: the holds are cut out of it. */
const inSteady = (plan: Plan): Plan =>
  Object.freeze({ ...plan, stages: { ...plan.stages, rampNs: 0, warmupNs: 0 } });

function grow(fleet: Fleet, load: number, { planned }: ProbeOptions): void {
  if (load === fleet.load) return;
  fleet.load = load;
  if (planned.question.vary === 'rate') {
    fleet.control?.act({ action: 'rate', factor: load / fleet.plannedLoad });
    return;
  }
  fleet.sizes = sizesAt(load, fleet.plan, fleet.sizes);
  fleet.control?.grow(fleet.sizes);
}

/** Resolves when the load was held, or the run ended under it; null: a signal did that. */
async function hold(fleet: Fleet, purpose: Purpose, options: ProbeOptions): Promise<Seen | null> {
  const settings = settingsOf(fleet, purpose, options);
  const seconds: Interval[] = [];
  let before = emptySnapshot(fleet.plan.fleets.length);
  fleet.state = FIRST;
  fleet.holdS = settings.holdS;
  const held = new Promise<null>((resolve) => {
    fleet.hear = (second) => {
      const { phase } = fleet.state;
      if (phase === 'hold') seconds.push(second);
      fleet.state = afterSecond(fleet.state, holdSecond(second, fleet.total), settings);
      if (phase !== 'hold' && fleet.state.phase === 'hold') {
        before = mergeSnapshots([fleet.total]);
      }
      if (fleet.state.phase === 'over') resolve(null);
    };
  });
  const result = await Promise.race([held, fleet.ended]);
  fleet.hear = null;
  const chargers = fleet.sizes.reduce((a, b) => a + b, 0);
  const { plan, workers } = fleet;
  const { isSettled } = fleet.state;
  const looked = { plan, workers, chargers, before, seconds, isSettled };
  if (result === null) return seenInSeconds({ ...looked, gaveUp: false });
  refuseBroken(result);
  if (result.ending === 'interrupted') return null;
  return { ...seenInSeconds({ ...looked, gaveUp: true }), isCollapse: true };
}

function settingsOf(
  { plan, sizes }: Fleet,
  purpose: Purpose,
  { planned }: ProbeOptions,
): HoldSettings {
  const { warmupS } = planned.question;
  const chargers = sizes.reduce((a, b) => a + b, 0);
  const connectS = Math.max(...plan.fleets.map(({ connect }) => connect.endNs)) / 1e9;
  const missing = Math.floor((plan.allowedBootFailures / plan.chargerCount) * chargers);
  return {
    booted: chargers - missing,
    patienceS: connectS + PATIENCE_S,
    warmupS,
    holdS: heldFor(purpose, planned),
  };
}

/** The run is for ever: what is shown is the load that it holds. */
function shown(
  progress: Progress,
  { sizes, state, holdS }: Fleet,
  options: ProbeOptions,
): Progress {
  const planned = sizes.reduce((a, b) => a + b, 0);
  if (progress.stage === 'drain') return { ...progress, planned };
  const { warmupS } = options.planned.question;
  const stage =
    state.phase === 'connecting' ? 'ramp' : state.phase === 'warm-up' ? 'warm-up' : 'steady';
  const plannedS = stage === 'warm-up' ? warmupS : stage === 'steady' ? holdS : state.seconds;
  return { ...progress, planned, stage, plannedS, elapsedS: state.seconds };
}

async function endFleet(fleet: Fleet, { display }: ProbeOptions): Promise<void> {
  fleet.stop.abort();
  const result = await fleet.ended;
  display.end();
  refuseBroken(result);
}

/** Why one fleet will not do, in words; null: it will. */
export function whyNotOneFleet(plan: Plan, vary: Varied): string | null {
  const { fleets, thresholds, target, scriptCount } = plan;
  if (scriptCount > 0) return 'the scenario has scripts';
  if (fleets.some(({ program }) => hasAnEnd(program))) return 'its lives come to an end';
  if (!thresholds.every(isOfHold)) return 'an SLO is about boots or connects';
  if (vary === 'chargers' && fleets.some(({ arrivals }) => arrivals !== null)) {
    return 'cars come to its chargers';
  }
  const changes = CHANGING.filter((each) => target.embedded[each] !== undefined);
  if (target.kind === 'external' || changes.length === 0) return null;
  return `its target has ${changes.join(', ')}`;
}

/** What a central system does at moments of its own: each probe should see the same of it. */
const CHANGING = ['commands', 'outages', 'stall'] as const;

/** Whether a life that does something does it only so many times. */
function hasAnEnd({ ops, remoteRow }: Program): boolean {
  const own = Array.from({ length: remoteRow }, (_, row) => ops[row * OP_WIDTH]);
  const does = [Op.wait, Op.charge, Op.awaitArrival].some((each) =>
    (own as number[]).includes(each),
  );
  return does && !own.includes(Op.jump);
}
