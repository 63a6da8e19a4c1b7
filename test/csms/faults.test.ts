import { expect, test } from 'vitest';
import {
  checkFaults,
  type Faults,
  HOSTILE_KINDS,
  MIX_UPS,
  REPLY_FAULTS,
  statusHeaders,
  textFrame,
  upgradeFault,
} from '../../src/csms/faults.ts';

test.each([0, 1, 125, 126, 65_535])('a text frame of %d bytes announces them', (payloadBytes) => {
  const frame = textFrame(Buffer.alloc(payloadBytes, 'x'));
  const announced = frame[1] < 126 ? frame[1] : frame.readUInt16BE(2);
  expect([frame[0], announced]).toEqual([0x81, payloadBytes]);
  expect(frame.length).toBe(payloadBytes + (payloadBytes < 126 ? 2 : 4));
});

test('a wrong name is refused with the right ones', () => {
  expect(() => checkFaults({ reply: 'x' as never })).toThrow("faults.reply is 'x'");
  for (const reply of REPLY_FAULTS) expect(checkFaults({ reply })).toEqual({ reply });
  for (const mixUp of MIX_UPS) expect(checkFaults({ mixUp })).toEqual({ mixUp });
  for (const hostile of HOSTILE_KINDS) expect(checkFaults({ hostile })).toEqual({ hostile });
});

test.each<[object, string]>([
  [{ mixUp: 'x' }, 'previousId, outOfOrder, cached'],
  [{ sameIdentity: 'x' }, 'newWins, newRefused1008, oldSilent'],
  [{ hostile: 'x' }, 'garbage, huge, flood'],
  [{ currentTime: 'x' }, 'Z, offset, micros, noZone, notIso, missing'],
  [{ transactionIds: 'x' }, 'counted, zero, negative, same, huge'],
  [{ startStatus: 'x' }, 'Blocked, Expired, Invalid, ConcurrentTx'],
  [{ compression: true }, 'whenOffered, unasked'],
])('%j is refused with the right names', (faults, names) => {
  const hint = expect.stringContaining(names);
  expect(() => checkFaults(faults)).toThrow(expect.objectContaining({ name: 'UserError', hint }));
});

test.each<[Faults, string]>([
  [{}, 'none'],
  [{ httpStatus: 503 }, 'status'],
  [{ stallUpgrade: true }, 'stall'],
  [{ wrongAccept: true }, 'wrongAccept'],
  [{ closeAfterUpgrade: 1008 }, 'close'],
  [{ subprotocol: 'none' }, 'subprotocol'],
])('the upgrade fault of %j, and none after the last', (faults, expected) => {
  expect(upgradeFault(faults, 5)).toBe(expected);
  expect(upgradeFault({ ...faults, upgrades: 5 }, 5)).toBe(expected);
  expect(upgradeFault({ ...faults, upgrades: 5 }, 6)).toBe('none');
});

test('headers go with their status', () => {
  expect(statusHeaders({ httpStatus: 429, retryAfterS: 7 })).toEqual({ 'Retry-After': '7' });
  expect(Object.keys(statusHeaders({ httpStatus: 302 }))).toEqual(['Location']);
});
