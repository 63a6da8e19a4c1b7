/** What the chargers of a plan send again and again, and how long it takes until all of it was. */
import { parseDurationNs } from '../base/units.ts';
import { type FleetPlan, OP_WIDTH, Op, type Plan } from './plan.ts';

/** What a target asks for that says nothing else, ns. */
const USUAL_NS = 60e9;

/** Seconds between the Heartbeats of the fleet that sends them least often; 0: none sends any. */
export function heartbeatPeriodS({ fleets, target }: Plan): number {
  const asked = parseDurationNs(target.embedded.interval) ?? USUAL_NS;
  const intervals = fleets.map(({ heartbeatNs }) => (heartbeatNs === 0 ? asked : heartbeatNs));
  return Math.max(0, ...intervals) / 1e9;
}

/** The longest of its intervals, of Heartbeats or of MeterValues, seconds; 0: it has none. */
export function longestPeriodS(plan: Plan): number {
  const meters = plan.fleets.filter(doesCharge).map(({ meterIntervalNs }) => meterIntervalNs / 1e9);
  return Math.max(heartbeatPeriodS(plan), ...meters);
}

function doesCharge({ program: { ops, remoteRow } }: FleetPlan): boolean {
  const rows = Array.from({ length: remoteRow }, (_, row) => ops[row * OP_WIDTH]);
  return rows.includes(Op.charge);
}

/** Whether the target may ask for another interval than the usual one. */
export const isUsualPeriod = (periodS: number) => periodS * 1e9 === USUAL_NS;
