/** The power of a charge: what the car wants, below what the charging profiles allow. */
import { chargerMs } from './clock.ts';
import { limitAt } from './command/profiles.ts';
import { setPower } from './meter.ts';
import { fleetOf, type Shard } from './shard.ts';
import { addTask, cancelTasks } from './tasks.ts';

/** The charge of connector `k` begins: its energy counts from the start of the transaction. */
export function startPower(shard: Shard, k: number, atNs: number): void {
  const { state } = shard;
  state.powerW[k] = state.wantedW[k];
  if (shard.rare.has(state.owner[k])) limitPower(shard, k, atNs);
}

/**
 * Applies the charging profiles to connector `k`, and again when they next change. Returns the
 * limit in W, or Infinity.
 */
export function limitPower(shard: Shard, k: number, nowNs: number): number {
  const { state } = shard;
  const c = state.owner[k];
  const name = TASK_NAMES[state.connectorId[k]];
  cancelTasks(shard, c, name);
  const profiles = shard.rare.get(c)?.profiles ?? [];
  const isCharging = state.chargeEndNs[k] > nowNs;
  if (profiles.length === 0) {
    if (isCharging) setPower(shard, k, state.wantedW[k], nowNs);
    return Number.POSITIVE_INFINITY;
  }
  const { phases, voltageV, maxPowerW } = fleetOf(shard, c).plan.electrics;
  const voltageSumV = voltageV.slice(0, phases).reduce((sum, volts) => sum + volts, 0);
  const transaction = state.transaction[k];
  const nowMs = chargerMs(shard, c, nowNs);
  const { powerW, untilMs } = limitAt(profiles, state.connectorId[k], transaction, nowMs, {
    phases,
    voltageSumV,
    maxPowerW,
  });
  if (isCharging) setPower(shard, k, Math.min(state.wantedW[k], powerW), nowNs);
  if (Number.isFinite(untilMs)) {
    const untilNs = nowNs + Math.max(1, untilMs - nowMs) * 1e6;
    addTask(shard, c, name, untilNs, (ranNs) => limitPower(shard, k, ranNs));
  }
  return powerW;
}

const TASK_NAMES = ['', 'limit 1', 'limit 2', 'limit 3', 'limit 4'];
