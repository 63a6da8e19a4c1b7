/** What a connector's meter shows: energy = power x time, voltage x current = power. */
import { mix32 } from '../../base/random.ts';
import { SlotIndex } from '../frame/values.ts';
import { fleetOf, type Shard } from './shard.ts';

const NS_PER_HOUR = 3.6e12;

/** The register of connector `k` at `momentNs`, Wh; never runs backwards. */
export function energyWh(shard: Shard, k: number, momentNs: number): number {
  const { state } = shard;
  const endNs = Math.min(momentNs, state.chargeEndNs[k]);
  const chargedNs = Math.max(0, endNs - state.energySinceNs[k]);
  return state.energyWh[k] + (chargedNs * state.powerW[k]) / NS_PER_HOUR;
}

/** The power of connector `k` changes to `powerW` at `momentNs`: what it counted so far stays. */
export function setPower(shard: Shard, k: number, powerW: number, momentNs: number): void {
  const { state } = shard;
  state.energyWh[k] = energyWh(shard, k, momentNs);
  state.energySinceNs[k] = momentNs;
  state.powerW[k] = powerW;
}

/** The register at the start of a transaction, Wh: TONLY's counts each from 0 (exchange 9). */
export function resetMeter(shard: Shard, k: number, momentNs: number): number {
  const { state } = shard;
  if (fleetOf(shard, state.owner[k]).plan.register === 'session') state.energyWh[k] = 0;
  state.energySinceNs[k] = momentNs;
  state.powerW[k] = 0;
  state.wantedW[k] = 0;
  return Math.floor(state.energyWh[k]);
}

/**
 * Fills the slots of sampled values for connector `k`. Voltages wander by up to 1 V round each
 * phase's mean; the current is what makes the power of them.
 */
export function setSample(
  shard: Shard,
  k: number,
  registerWh: number,
  powerW: number,
  sample: number,
): void {
  const { state } = shard;
  const { numbers } = shard.values;
  const c = state.owner[k];
  const { phases, voltageV } = fleetOf(shard, c).plan.electrics;
  const noise = mix32(
    (state.globalIndex[c] + (state.connectorId[k] - 1) * 7919) * 31 + sample * 1009,
  );
  let volts = 0;
  for (let phase = 0; phase < 3; phase++) {
    const tenths = Math.round(voltageV[phase] * 10) + (((noise >>> (5 * phase)) % 21) - 10);
    numbers[SlotIndex.voltage1V + phase] = tenths;
    if (phase < phases) volts += tenths / 10;
  }
  numbers[SlotIndex.energyKwh] = Math.floor(registerWh / 10);
  numbers[SlotIndex.energyWh] = Math.floor(registerWh);
  numbers[SlotIndex.powerW] = Math.round(powerW);
  numbers[SlotIndex.currentA] = Math.round((powerW / volts) * 100);
  numbers[SlotIndex.temperatureC] = 28 + Math.round(powerW / 2000) + ((noise >>> 20) % 3);
}
