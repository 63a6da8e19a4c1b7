/** The load that a plan should offer, estimated before a single socket is opened. */
import { parseDurationNs } from '../base/units.ts';
import { ACTION_COUNT, ACTIONS, type Action, ActionIndexOf } from '../ocpp/actions.ts';
import { boot, live, type OnCall, type PaperCharger, paperCharger, plugIn } from './paper.ts';
import type { FleetPlan, Plan } from './plan.ts';
import { countBefore, eventTimeNs } from './schedule.ts';

/** CALLs a second of each action; actions that never occur are left out. */
export type CallRates = Readonly<Partial<Record<Action, number>>>;

export interface ExpectedPoint {
  /** Start of the interval, seconds since the start of the run; it lasts `ExpectedLoad.pointS`. */
  readonly atS: number;
  readonly connectsPerS: number;
  readonly callsPerS: number;
  readonly actions: CallRates;
}

export interface ExpectedFleet {
  readonly name: string;
  readonly model: string;
  readonly chargers: number;
  /** Seconds until the last one connects. */
  readonly connectS: number;
  readonly peakConnectsPerS: number;
  /** Cars in all, and those that will find no free charger; null for a closed load. */
  readonly arrivals: { readonly total: number; readonly missed: number } | null;
  readonly steadyCallsPerS: number;
  /** A closed loop: as fast as the target answers, so its CALLs are not in the figures. */
  readonly unbounded: boolean;
  /** It has scripts, whose CALLs are not in the figures. */
  readonly scripted: boolean;
}

/** All of it is an estimate for a target that answers at once; a sample of chargers, scaled up. */
export interface ExpectedLoad {
  readonly rampS: number;
  readonly warmupS: number;
  readonly steadyS: number;
  readonly graceS: number;
  /** Ramp + warm-up + steady stage; the drain may add up to `graceS`. */
  readonly totalS: number;
  readonly chargers: number;
  readonly sockets: number;
  readonly memoryBytes: number;
  readonly peakConnectsPerS: number;
  readonly pointS: number;
  readonly points: readonly ExpectedPoint[];
  /** Mean of the steady stage. */
  readonly steadyCallsPerS: number;
  readonly steadyActions: CallRates;
  /** CALLs in the whole run, without the drain. */
  readonly totalCalls: Readonly<Partial<Record<Action, number>>>;
  readonly fleets: readonly ExpectedFleet[];
}

const MOST_POINTS = 60;
const MOST_SAMPLES = 200;
/** Limits of the work: arrivals and CALLs that are stepped through for one fleet. */
const MOST_ARRIVALS = 100_000;
const MOST_CALLS = 2_000_000;
const BYTES_PER_CHARGER = 7_000;
const BYTES_BASE = 60_000_000;
/** BootNotification.conf of most central systems, and of the embedded one by default. */
const USUAL_INTERVAL = '60s';

/** CALLs per interval and action, and in the steady stage. */
interface Tally {
  readonly pointNs: number;
  readonly steadyFromNs: number;
  readonly endNs: number;
  readonly points: Float64Array;
  readonly steady: Float64Array;
}

export function expectLoad(plan: Plan): ExpectedLoad {
  const { rampNs, warmupNs, steadyNs, graceNs } = plan.stages;
  const endNs = rampNs + warmupNs + steadyNs;
  const pointNs = Math.max(1, Math.ceil(endNs / MOST_POINTS / 1e9)) * 1e9;
  const pointCount = Math.max(1, Math.ceil(endNs / pointNs));
  const tally: Tally = {
    pointNs,
    steadyFromNs: rampNs + warmupNs,
    endNs,
    points: new Float64Array(pointCount * ACTION_COUNT),
    steady: new Float64Array(ACTION_COUNT),
  };
  const fleets = plan.fleets.map((fleet) => expectFleet(plan, fleet, tally));
  const steadyS = steadyNs / 1e9;
  const steady = Array.from(tally.steady, (count) => count / steadyS);
  return {
    rampS: rampNs / 1e9,
    warmupS: warmupNs / 1e9,
    steadyS,
    graceS: graceNs / 1e9,
    totalS: endNs / 1e9,
    chargers: plan.chargerCount,
    sockets: plan.chargerCount,
    memoryBytes: BYTES_BASE + plan.chargerCount * BYTES_PER_CHARGER,
    peakConnectsPerS: peakConnects(plan.fleets, rampNs),
    pointS: pointNs / 1e9,
    points: Array.from({ length: pointCount }, (_, index) => pointAt(plan, tally, index)),
    steadyCallsPerS: sum(steady),
    steadyActions: byAction(steady),
    totalCalls: byAction(ACTIONS.map((_, action) => totalOf(tally, action))),
    fleets,
  };
}

const sum = (numbers: Iterable<number>) => [...numbers].reduce((a, b) => a + b, 0);

function byAction(figures: readonly number[]): Partial<Record<Action, number>> {
  const present = ACTIONS.map((action, index) => [action, figures[index]] as const);
  return Object.fromEntries(present.filter(([, figure]) => figure > 0));
}

function totalOf({ points }: Tally, action: number): number {
  return sum(points.filter((_, index) => index % ACTION_COUNT === action));
}

function pointAt(plan: Plan, tally: Tally, index: number): ExpectedPoint {
  const fromNs = index * tally.pointNs;
  const lengthNs = Math.min(tally.pointNs, tally.endNs - fromNs);
  const counts = tally.points.subarray(index * ACTION_COUNT, (index + 1) * ACTION_COUNT);
  const rates = Array.from(counts, (count) => (count * 1e9) / lengthNs);
  return {
    atS: fromNs / 1e9,
    connectsPerS: (connectsIn(plan.fleets, fromNs, lengthNs) * 1e9) / lengthNs,
    callsPerS: sum(rates),
    actions: byAction(rates),
  };
}

function connectsIn(fleets: readonly FleetPlan[], fromNs: number, lengthNs: number): number {
  const untilNs = fromNs + lengthNs;
  return sum(
    fleets.map(({ connect }) => countBefore(connect, untilNs) - countBefore(connect, fromNs)),
  );
}

/** The most connects within one second, in at most 1 000 looks. */
function peakConnects(fleets: readonly FleetPlan[], rampNs: number): number {
  const stepNs = Math.max(1e9, rampNs / 1000);
  let peak = 0;
  for (let fromNs = 0; fromNs <= rampNs; fromNs += stepNs) {
    peak = Math.max(peak, connectsIn(fleets, fromNs, 1e9));
  }
  return peak;
}

function expectFleet(plan: Plan, fleet: FleetPlan, tally: Tally): ExpectedFleet {
  const arrivals = fleet.arrivals?.total ?? 0;
  const affordable = Math.floor((MOST_ARRIVALS * fleet.chargerCount) / Math.max(1, arrivals));
  const samples = Math.max(1, Math.min(MOST_SAMPLES, fleet.chargerCount, affordable));
  const sample = { ...plan, fleet, samples, weight: fleet.chargerCount / samples };
  const before = sum(tally.steady);
  const standing = liveAll(sample, tally);
  return {
    name: fleet.name,
    model: fleet.modelName,
    chargers: fleet.chargerCount,
    connectS: (fleet.connect.endNs + fleet.connectJitterNs) / 1e9,
    peakConnectsPerS: peakConnects([fleet], fleet.connect.endNs),
    arrivals: fleet.arrivals && { total: arrivals, missed: Math.round(standing.missed) },
    steadyCallsPerS: ((sum(tally.steady) - before) * 1e9) / plan.stages.steadyNs,
    unbounded: standing.unbounded,
    scripted: standing.scripted,
  };
}

/** Some chargers of a fleet, evenly spread over it; each stands for `weight` of them. */
interface Sample {
  readonly fleet: FleetPlan;
  readonly seed: number;
  readonly target: Plan['target'];
  readonly samples: number;
  readonly weight: number;
}

interface Findings {
  missed: number;
  unbounded: boolean;
  scripted: boolean;
}

function liveAll(sample: Sample, tally: Tally): Findings {
  const { fleet, seed, samples, weight } = sample;
  const findings: Findings = { missed: 0, unbounded: false, scripted: false };
  const scratch = new Float64Array(tally.points.length + ACTION_COUNT);
  const waiting: PaperCharger[] = [];
  let calls = 0;
  let lived = 0;
  const onCall: OnCall = (action, atNs) => {
    calls += 1;
    count(scratch, tally, action, atNs);
  };
  const goOn = (charger: PaperCharger) => {
    const kept = scratch.slice();
    const fresh = charger.pc === 0;
    const bootNs = charger.timeNs;
    const standing = live(charger, fleet, tally.endNs, onCall);
    if (standing === 'waiting') waiting.push(charger);
    if (standing === 'scripted') findings.scripted = true;
    if (standing !== 'unbounded') return;
    // What a spinning loop sent at one moment of paper time says nothing: forget all but the boot.
    findings.unbounded = true;
    scratch.set(kept);
    if (!fresh) return;
    boot({ ...charger, timeNs: bootNs }, fleet, onCall);
    onCall(ActionIndexOf.StatusNotification, bootNs);
  };
  for (; lived < samples && calls < MOST_CALLS; lived++) {
    const index = Math.floor(lived * weight);
    const bootNs = eventTimeNs(fleet.connect, index) + fleet.connectJitterNs / 2;
    heartbeats(sample, bootNs, tally.endNs, onCall);
    for (let connector = 1; connector <= fleet.connectors; connector++) {
      clockValues(fleet, bootNs, tally.endNs, onCall);
      goOn({ ...paperCharger(fleet, index, seed, connector), timeNs: bootNs });
    }
  }
  const scale = fleet.chargerCount / lived;
  if (fleet.arrivals) findings.missed = arrive(fleet, scale, waiting, goOn) * scale;
  scratch.subarray(0, tally.points.length).forEach((n, index) => {
    tally.points[index] += n * scale;
  });
  scratch.subarray(tally.points.length).forEach((n, action) => {
    tally.steady[action] += n * scale;
  });
  return findings;
}

/** `scratch` holds the points and then the steady stage. */
function count(scratch: Float64Array, tally: Tally, action: number, atNs: number): void {
  if (atNs >= tally.endNs) return;
  scratch[Math.floor(atNs / tally.pointNs) * ACTION_COUNT + action] += 1;
  if (atNs >= tally.steadyFromNs) scratch[tally.points.length + action] += 1;
}

function heartbeats(sample: Sample, bootNs: number, endNs: number, onCall: OnCall): void {
  const { fleet, target } = sample;
  if (fleet.heartbeatNs < 0) return;
  const usualNs = parseDurationNs(target.embedded.interval ?? USUAL_INTERVAL) ?? 0;
  const everyNs = fleet.heartbeatNs || usualNs;
  for (let atNs = bootNs + everyNs; atNs < endNs; atNs += everyNs) {
    onCall(ActionIndexOf.Heartbeat, atNs);
  }
}

/** MeterValues on the clock, of a connector (key ClockAlignedDataInterval). */
function clockValues(fleet: FleetPlan, bootNs: number, endNs: number, onCall: OnCall): void {
  const key = fleet.configuration.find((each) => each.key === 'ClockAlignedDataInterval');
  const everyNs = Number(key?.value ?? 0) * 1e9;
  if (!(everyNs > 0)) return;
  for (let atNs = bootNs + everyNs; atNs < endNs; atNs += everyNs) {
    onCall(ActionIndexOf.MeterValues, atNs);
  }
}

/** Every `scale`-th car comes to the charger that waits longest. Returns how many find none. */
function arrive(
  fleet: FleetPlan,
  scale: number,
  waiting: PaperCharger[],
  goOn: (charger: PaperCharger) => void,
): number {
  const { arrivals } = fleet;
  let missed = 0;
  for (let n = 0; arrivals && n < arrivals.total; n += scale) {
    const atNs = eventTimeNs(arrivals, n);
    let longest = 0;
    for (let k = 1; k < waiting.length; k++) {
      if (waiting[k].timeNs < waiting[longest].timeNs) longest = k;
    }
    const free = waiting[longest];
    if (!free || free.timeNs > atNs) {
      missed += 1;
      continue;
    }
    waiting.splice(longest, 1);
    plugIn(free, atNs);
    goOn(free);
  }
  return missed;
}
