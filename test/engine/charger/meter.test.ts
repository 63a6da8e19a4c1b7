import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tonly48A } from '../../../src/chargers/tonly48a.ts';
import { energyWh, resetMeter, setPower, setSample } from '../../../src/engine/charger/meter.ts';
import type { Shard } from '../../../src/engine/charger/shard.ts';
import { SlotIndex } from '../../../src/engine/frame/values.ts';
import { setCharge, shardOf } from './fixture.ts';

const HOUR_NS = 3.6e12;
const shard = shardOf();
const powers = fc.double({ min: 100, max: 33_000, noNaN: true });
const moments = fc.double({ min: 0, max: 3 * HOUR_NS, noNaN: true });

/** What the meter shows in the engine's units: tenths and hundredths. */
function sampleAt(of: Shard, c: number, momentNs: number, sample = 0) {
  setSample(of, c, energyWh(of, c, momentNs), of.state.powerW[c], sample);
  const at = (slot: keyof typeof SlotIndex) => of.values.numbers[SlotIndex[slot]];
  return {
    energyKwh: at('energyKwh') / 100,
    currentA: at('currentA') / 100,
    voltsV: [at('voltage1V') / 10, at('voltage2V') / 10, at('voltage3V') / 10],
    temperatureC: at('temperatureC'),
  };
}

describe('energy', () => {
  test('is power times time', () => {
    setCharge(shard, 0, { startNs: 100, endNs: 100 + HOUR_NS, powerW: 7000 });
    expect(energyWh(shard, 0, 100 + HOUR_NS / 2)).toBeCloseTo(3500, 6);
    fc.assert(
      fc.property(powers, moments, (powerW, momentNs) => {
        setCharge(shard, 0, { startNs: 0, endNs: 3 * HOUR_NS, powerW });
        expect(energyWh(shard, 0, momentNs)).toBeCloseTo((powerW * momentNs) / HOUR_NS, 6);
      }),
    );
  });

  test('is 0 before the start, and grows no more after the end', () => {
    setCharge(shard, 0, { startNs: HOUR_NS, endNs: 2 * HOUR_NS, powerW: 10_000 });
    expect(energyWh(shard, 0, 0)).toBe(0);
    expect(energyWh(shard, 0, HOUR_NS)).toBe(0);
    expect(energyWh(shard, 0, 2 * HOUR_NS)).toBeCloseTo(10_000, 6);
    expect(energyWh(shard, 0, 9 * HOUR_NS)).toBe(energyWh(shard, 0, 2 * HOUR_NS));
  });

  test('never runs backwards, neither in Wh nor as shown', () => {
    fc.assert(
      fc.property(powers, moments, moments, moments, (powerW, endNs, a, b) => {
        setCharge(shard, 0, { startNs: 0, endNs, powerW });
        const [first, later] = [Math.min(a, b), Math.max(a, b)];
        expect(energyWh(shard, 0, later)).toBeGreaterThanOrEqual(energyWh(shard, 0, first));
        const shown = sampleAt(shard, 0, first).energyKwh;
        expect(sampleAt(shard, 0, later).energyKwh).toBeGreaterThanOrEqual(shown);
      }),
    );
  });
});

test('a change of power leaves what was counted, and counts on from there', () => {
  setCharge(shard, 0, { startNs: 0, endNs: 3 * HOUR_NS, powerW: 10_000 });
  setPower(shard, 0, 2_000, HOUR_NS);
  expect(energyWh(shard, 0, HOUR_NS)).toBeCloseTo(10_000, 6);
  expect(energyWh(shard, 0, 2 * HOUR_NS)).toBeCloseTo(12_000, 6);
  setPower(shard, 0, 0, 2 * HOUR_NS);
  expect(energyWh(shard, 0, 3 * HOUR_NS)).toBeCloseTo(12_000, 6);
});

test('the register of a session begins at 0, one of a lifetime goes on', () => {
  setCharge(shard, 0, { startNs: 0, endNs: HOUR_NS, powerW: 10_000 });
  shard.state.energyWh[0] = 1234.9;
  expect(resetMeter(shard, 0, 2 * HOUR_NS)).toBe(0);
  const model = { ...tonly48A(), register: 'lifetime' as const };
  const lifetime = shardOf('as-logged', { model });
  lifetime.state.energyWh[0] = 1234.9;
  expect(resetMeter(lifetime, 0, 0)).toBe(1234);
  expect(energyWh(lifetime, 0, HOUR_NS)).toBe(1234.9);
});

describe('a sample', () => {
  test('current and voltage make the power, within the rounding of the current', () => {
    fc.assert(
      fc.property(powers, fc.nat(4), fc.nat(500), (powerW, c, sample) => {
        setCharge(shard, c, { startNs: 0, endNs: HOUR_NS, powerW });
        const { currentA, voltsV } = sampleAt(shard, c, HOUR_NS, sample);
        const volts = voltsV.reduce((a, b) => a + b);
        expect(Math.abs(currentA * volts - powerW)).toBeLessThanOrEqual(volts * 0.005 + 1e-6);
      }),
    );
  });

  test('of a charger with one phase too', () => {
    const single = shardOf('as-logged', { model: { ...tonly48A(), phases: 1 } });
    setCharge(single, 0, { startNs: 0, endNs: HOUR_NS, powerW: 7360 });
    const { currentA, voltsV } = sampleAt(single, 0, HOUR_NS);
    expect(Math.abs(currentA * voltsV[0] - 7360)).toBeLessThanOrEqual(voltsV[0] * 0.005 + 1e-6);
  });

  test('voltages stay within 1 V of their mean, and wander', () => {
    const means = tonly48A().voltageV;
    const seen = new Set<string>();
    for (let sample = 0; sample < 200; sample++) {
      setCharge(shard, 2, { startNs: 0, endNs: HOUR_NS, powerW: 7000 });
      const { voltsV, temperatureC } = sampleAt(shard, 2, HOUR_NS, sample);
      for (const [phase, volts] of voltsV.entries()) {
        expect(Math.abs(volts - means[phase])).toBeLessThanOrEqual(1 + 1e-9);
      }
      expect(temperatureC).toBeGreaterThanOrEqual(28);
      expect(temperatureC).toBeLessThan(60);
      seen.add(voltsV.join());
    }
    expect(seen.size).toBeGreaterThan(150);
  });

  test('is the same for the same charger and sample, and shows whole hundredths', () => {
    setCharge(shard, 3, { startNs: 0, endNs: HOUR_NS, powerW: 9999 });
    const first = sampleAt(shard, 3, HOUR_NS / 3, 7);
    sampleAt(shard, 0, HOUR_NS);
    expect(sampleAt(shard, 3, HOUR_NS / 3, 7)).toEqual(first);
    expect(first.energyKwh).toBe(Math.floor(9999 / 3 / 10) / 100);
    for (const value of shard.values.numbers) expect(Number.isInteger(value)).toBe(true);
  });
});
