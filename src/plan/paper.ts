/**
 * What one charger would send to a target that answers at once: the plan's own program, stepped
 * through on paper. Not the engine: nothing here queues, fails or reconnects.
 */
import { drawUniform, streamSeed } from '../base/random.ts';
import { type ActionIndex, ActionIndexOf } from '../ocpp/actions.ts';
import { drawFrom } from './draw.ts';
import { type FleetPlan, OP_WIDTH, Op } from './plan.ts';

/** Called for every CALL. */
export type OnCall = (action: ActionIndex, atNs: number) => void;

/**
 * `waiting`: for a car; `ended`: the life or the run is over; `unbounded`: a closed loop that only
 * the target's answers slow down; `scripted`: nobody knows what a script sends.
 */
export type Standing = 'waiting' | 'ended' | 'unbounded' | 'scripted';

/** One connector of a charger, for each lives its own life. */
export interface PaperCharger {
  /** From 1; the first one sends what is the charger's as a whole. */
  readonly connector: number;
  pc: number;
  timeNs: number;
  readonly counters: Int32Array;
  readonly random: Uint32Array;
}

/** More ops than this without time passing are a closed loop. */
const SPIN_OPS = 2_000;

export function paperCharger(
  fleet: FleetPlan,
  index: number,
  seed: number,
  connector = 1,
): PaperCharger {
  // Streams of their own, as in the engine.
  const stream = streamSeed(seed, fleet.firstCharger + index, (connector - 1) * 64);
  return {
    connector,
    pc: 0,
    timeNs: 0,
    counters: new Int32Array(fleet.program.repeatDepth),
    random: new Uint32Array([stream]),
  };
}

/** Lets a charger live until `endNs`, or until it stands still. */
export function live(
  charger: PaperCharger,
  fleet: FleetPlan,
  endNs: number,
  onCall: OnCall,
): Standing {
  const { ops } = fleet.program;
  let spun = 0;
  while (charger.timeNs < endNs) {
    const op = ops[charger.pc * OP_WIDTH];
    if (op === Op.end) return 'ended';
    if (op === Op.script) return 'scripted';
    if (op === Op.awaitArrival) return 'waiting';
    const beforeNs = charger.timeNs;
    stepOver(charger, fleet, endNs, onCall);
    spun = charger.timeNs > beforeNs ? 0 : spun + 1;
    if (spun > SPIN_OPS) return 'unbounded';
  }
  return 'ended';
}

/** A car has come: the charger goes on at `atNs`. */
export function plugIn(charger: PaperCharger, atNs: number): void {
  charger.timeNs = atNs;
  charger.pc += 1;
}

function stepOver(charger: PaperCharger, fleet: FleetPlan, endNs: number, onCall: OnCall): void {
  const { ops, distributions } = fleet.program;
  const { random, counters } = charger;
  const [op, a, b, c] = ops.subarray(charger.pc * OP_WIDTH, (charger.pc + 1) * OP_WIDTH);
  charger.pc += 1;
  switch (op) {
    case Op.boot:
      boot(charger, fleet, onCall);
      break;
    case Op.call:
      onCall(fleet.templates[a].action, charger.timeNs);
      break;
    case Op.wait:
      charger.timeNs += drawFrom(distributions, a, random, 0);
      break;
    case Op.charge:
      charge(charger, fleet, a, endNs, onCall);
      break;
    case Op.jump:
      charger.pc = a;
      break;
    case Op.chance:
      if (drawUniform(random, 0) * 1e6 >= a) charger.pc = b;
      break;
    case Op.repeat:
      counters[a] = (counters[a] + 1) % b;
      if (counters[a] > 0) charger.pc = c;
      break;
  }
}

/** A charger boots once, and may tell the status of connector 0. */
export function boot({ connector, timeNs }: PaperCharger, fleet: FleetPlan, onCall: OnCall): void {
  if (connector > 1) return;
  onCall(ActionIndexOf.BootNotification, timeNs);
  if (fleet.tellsWholeStatus) onCall(ActionIndexOf.StatusNotification, timeNs);
}

function charge(
  charger: PaperCharger,
  fleet: FleetPlan,
  durationRow: number,
  endNs: number,
  onCall: OnCall,
): void {
  const startNs = charger.timeNs;
  charger.timeNs += drawFrom(fleet.program.distributions, durationRow, charger.random, 0);
  if (fleet.meterIntervalNs === 0) return;
  const untilNs = Math.min(charger.timeNs, endNs);
  for (let atNs = startNs; atNs < untilNs; atNs += fleet.meterIntervalNs) {
    onCall(ActionIndexOf.MeterValues, atNs);
  }
}
