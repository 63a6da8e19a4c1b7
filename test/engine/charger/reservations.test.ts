import { expect, test } from 'vitest';
import { rareOf } from '../../../src/engine/charger/rare.ts';
import {
  endReservation,
  mayCharge,
  nextIdTag,
  reservationAt,
} from '../../../src/engine/charger/reservations.ts';
import { Blocked } from '../../../src/engine/charger/state.ts';
import { shardOf } from './fixture.ts';

function reserved(idTag: string) {
  const shard = shardOf();
  const reservation = { reservationId: 9, idTag, parentIdTag: null, connector: 2 };
  rareOf(shard, 2).reservations.set(2, reservation);
  shard.state.blocked[2] |= Blocked.reserved;
  return { shard, reservation };
}

test('the next idTag is the charger’s own, or that of a remote start', () => {
  const shard = shardOf();
  expect([0, 2].map((k) => nextIdTag(shard, k))).toEqual(['13800000001', '13800000003']);
  shard.remoteTags.set(2, 'REMOTE');
  expect([0, 2].map((k) => nextIdTag(shard, k))).toEqual(['13800000001', 'REMOTE']);
});

test('who may charge: everybody; nobody out of service; the holder of a reservation', () => {
  const { shard } = reserved('13800000003');
  expect([0, 2].map((k) => mayCharge(shard, k))).toEqual([true, true]);
  shard.remoteTags.set(2, 'REMOTE');
  expect(mayCharge(shard, 2)).toBe(false);
  shard.remoteTags.delete(2);
  shard.state.blocked[2] |= Blocked.inoperative;
  expect(mayCharge(shard, 2)).toBe(false);
  shard.state.blocked[2] &= ~Blocked.reserved;
  expect(mayCharge(shard, 2)).toBe(false);
});

test('a reservation ends once, and leaves other reasons alone', () => {
  const { shard, reservation } = reserved('SOMEBODY');
  expect(reservationAt(shard, 2)).toBe(reservation);
  expect(reservationAt(shard, 1)).toBeUndefined();
  expect(mayCharge(shard, 2)).toBe(false);
  shard.state.blocked[2] |= Blocked.inoperative;
  expect(endReservation(shard, 2)).toBe(9);
  expect(shard.state.blocked[2]).toBe(Blocked.inoperative);
  expect(endReservation(shard, 2)).toBe(0);
  expect(reservationAt(shard, 2)).toBeUndefined();
});
