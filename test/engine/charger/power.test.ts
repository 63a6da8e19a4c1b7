import { expect, test } from 'vitest';
import { profileOf } from '../../../src/engine/charger/command/profiles.ts';
import { energyWh } from '../../../src/engine/charger/meter.ts';
import { limitPower, startPower } from '../../../src/engine/charger/power.ts';
import { rareOf } from '../../../src/engine/charger/rare.ts';
import type { Shard } from '../../../src/engine/charger/shard.ts';
import { runTasks } from '../../../src/engine/charger/tasks.ts';
import { START_NS, setCharge, shardOf } from './fixture.ts';

const HOUR_NS = 3600e9;

/** Charger 1 charges from the start of the run on, and wants 7 kW; limits from their hours on. */
function charging(limits: readonly (readonly [hour: number, limitW: number])[]): Shard {
  const shard = shardOf('standard');
  setCharge(shard, 1, { startNs: START_NS, endNs: START_NS + 10 * HOUR_NS, powerW: 0 });
  shard.state.wantedW[1] = 7000;
  const profile = profileOf(
    1,
    {
      chargingProfileId: 1,
      stackLevel: 0,
      chargingProfilePurpose: 'TxDefaultProfile',
      chargingProfileKind: 'Absolute',
      chargingSchedule: {
        startSchedule: '2021-11-09T08:00:00.250Z',
        chargingRateUnit: 'W',
        chargingSchedulePeriod: limits.map(([hour, limit]) => ({
          startPeriod: hour * 3600,
          limit,
        })),
      },
    },
    0,
  );
  if (limits.length > 0 && profile !== null) rareOf(shard, 1).profiles = [profile];
  return shard;
}

test('without profiles the car takes what it wants', () => {
  const shard = charging([]);
  startPower(shard, 1, START_NS);
  expect(shard.state.powerW[1]).toBe(7000);
  expect(limitPower(shard, 1, START_NS)).toBe(Number.POSITIVE_INFINITY);
  expect(shard.tasks.get(1) ?? []).toEqual([]);
});

test('a limit holds from the start, and changes at its moment by itself', () => {
  const shard = charging([
    [0, 3000],
    [1, 6000],
    [2, 9000],
  ]);
  startPower(shard, 1, START_NS);
  expect(shard.state.powerW[1]).toBe(3000);
  const [first] = shard.tasks.get(1) ?? [];
  expect(first.atNs - START_NS).toBeCloseTo(HOUR_NS, -7);
  runTasks(shard, 1, first.atNs);
  expect(shard.state.powerW[1]).toBe(6000);
  const [second] = shard.tasks.get(1) ?? [];
  runTasks(shard, 1, second.atNs);
  // More than the car wants, and no further change.
  expect(shard.state.powerW[1]).toBe(7000);
  expect(shard.tasks.get(1)).toEqual([]);
  // 1 h at 3, 1 h at 6, 1 h at 7 kW.
  expect(energyWh(shard, 1, START_NS + 3 * HOUR_NS)).toBeCloseTo(16_000, 0);
});

test('applied twice there is one task', () => {
  const shard = charging([
    [0, 3000],
    [1, 6000],
  ]);
  limitPower(shard, 1, START_NS);
  expect(limitPower(shard, 1, START_NS + 1e9)).toBe(3000);
  expect(shard.tasks.get(1)).toHaveLength(1);
});

test('what has ended is not charged again', () => {
  const shard = charging([[0, 3000]]);
  shard.state.chargeEndNs[1] = START_NS;
  expect(limitPower(shard, 1, START_NS + 1e9)).toBe(3000);
  expect(shard.state.powerW[1]).toBe(0);
});

test('others are not limited', () => {
  const shard = charging([[0, 3000]]);
  expect(limitPower(shard, 0, START_NS)).toBe(Number.POSITIVE_INFINITY);
});
