import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tonly48A } from '../../../src/chargers/tonly48a.ts';
import { energyWh, setSample } from '../../../src/engine/charger/meter.ts';
import type { Shard } from '../../../src/engine/charger/shard.ts';
import { SlotIndex } from '../../../src/engine/frame/values.ts';
import { setCharge, shardOf } from './fixture.ts';

const HOUR_NS = 3.6e12;
const shard = shardOf();
const powers = fc.double({ min: 100, max: 33_000, noNaN: true });
const moments = fc.double({ min: 0, max: 3 * HOUR_NS, noNaN: true });

/** What the meter shows in the engine's units: tenths and hundredths. */
function sampleAt(of: Shard, c: number, momentNs: number) {
  setSample(of, c, momentNs);
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

describe('a sample', () => {
  test('current and voltage make the power, within the rounding of the current', () => {
    fc.assert(
      fc.property(powers, fc.nat(4), fc.nat(500), (powerW, c, sample) => {
        setCharge(shard, c, { startNs: 0, endNs: HOUR_NS, powerW, sample });
        const { currentA, voltsV } = sampleAt(shard, c, HOUR_NS);
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
      setCharge(shard, 2, { startNs: 0, endNs: HOUR_NS, powerW: 7000, sample });
      const { voltsV, temperatureC } = sampleAt(shard, 2, HOUR_NS);
      for (const [phase, volts] of voltsV.entries()) {
        expect(Math.abs(volts - means[phase])).toBeLessThanOrEqual(1 + 1e-9);
      }
      expect(temperatureC).toBeGreaterThanOrEqual(28);
      expect(temperatureC).toBeLessThan(60);
      seen.add(voltsV.join());
    }
    expect(seen.size).toBeGreaterThan(150);
  });

  test('no current flows before any energy has (the first sample of the log)', () => {
    setCharge(shard, 1, { startNs: HOUR_NS, endNs: 2 * HOUR_NS, powerW: 11_000 });
    expect(sampleAt(shard, 1, HOUR_NS)).toMatchObject({ energyKwh: 0, currentA: 0 });
    expect(sampleAt(shard, 1, HOUR_NS + 1e9).currentA).toBeGreaterThan(10);
  });

  test('is the same for the same charger and sample, and shows whole hundredths', () => {
    setCharge(shard, 3, { startNs: 0, endNs: HOUR_NS, powerW: 9999, sample: 7 });
    const first = sampleAt(shard, 3, HOUR_NS / 3);
    sampleAt(shard, 0, HOUR_NS);
    expect(sampleAt(shard, 3, HOUR_NS / 3)).toEqual(first);
    expect(first.energyKwh).toBe(Math.floor(9999 / 3 / 10) / 100);
    for (const value of shard.values.numbers) expect(Number.isInteger(value)).toBe(true);
  });
});
