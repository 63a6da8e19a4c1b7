/** What a charger's meter shows: energy = power x time, voltage x current = power. */
import { mix32 } from '../../base/random.ts';
import { SlotIndex } from '../frame/values.ts';
import { fleetOf, type Shard } from './shard.ts';

const NS_PER_HOUR = 3.6e12;

/** Wh since the start of the transaction, at `momentNs`; never runs backwards. */
export function energyWh(shard: Shard, c: number, momentNs: number): number {
  const { state } = shard;
  const endNs = Math.min(momentNs, state.chargeEndNs[c]);
  return Math.max(0, ((endNs - state.transactionStartNs[c]) * state.powerW[c]) / NS_PER_HOUR);
}

/**
 * Fills the eight sampled values. Voltages wander by up to 1 V round each phase's mean; the current
 * is what makes the charger's power of them, and 0 before any energy has flowed (as in the log).
 */
export function setSample(shard: Shard, c: number, momentNs: number): void {
  const { state } = shard;
  const { numbers } = shard.values;
  const { phases, voltageV } = fleetOf(shard, c).plan.electrics;
  const noise = mix32(state.globalIndex[c] * 31 + state.sampleIndex[c] * 1009);
  let volts = 0;
  for (let phase = 0; phase < 3; phase++) {
    const tenths = Math.round(voltageV[phase] * 10) + (((noise >>> (5 * phase)) % 21) - 10);
    numbers[SlotIndex.voltage1V + phase] = tenths;
    if (phase < phases) volts += tenths / 10;
  }
  const charged = energyWh(shard, c, momentNs);
  const powerW = charged > 0 ? state.powerW[c] : 0;
  numbers[SlotIndex.energyKwh] = Math.floor(charged / 10);
  numbers[SlotIndex.currentA] = Math.round((powerW / volts) * 100);
  numbers[SlotIndex.temperatureC] = 28 + Math.round(powerW / 2000) + ((noise >>> 20) % 3);
}
