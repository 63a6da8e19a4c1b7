import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ACTIONS, type Action } from '../../src/ocpp/actions.ts';
import { validateResult } from '../support/schemas.ts';
import { writeReply } from './light-reply.ts';

const newClock = () => ({
  now: Buffer.from('2021-11-09T07:54:39.397Z'),
  intervalS: 60,
  transactionId: 700,
});

/** Masks `text`, has it answered behind `start` bytes, and decodes the answer's frame. */
function reply(text: string, key: readonly number[], start = 0, clock = newClock()) {
  const plain = Buffer.from(text);
  const masked = Buffer.from([...key, ...plain.map((byte, i) => byte ^ key[i & 3])]);
  const out = Buffer.alloc(2048);
  const written = writeReply(masked, 4, plain.length, out, start, clock);
  if (written === 0) return null;
  const long = out[start + 1] === 126;
  const length = long ? out.readUInt16BE(start + 2) : out[start + 1];
  const head = long ? 4 : 2;
  expect(out[start]).toBe(0x81);
  expect(written).toBe(head + length);
  return JSON.parse(out.toString('utf8', start + head, start + head + length));
}

const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,36}$/);
const key = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255));

test('every action is answered under its id, as the schemas want it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ACTIONS),
      id,
      key,
      fc.nat(500),
      (action, messageId, k, start) => {
        const call = JSON.stringify([2, messageId, action, { idTag: 'x' }]);
        const [type, answerId, payload] = reply(call, k, start) ?? [];
        expect([type, answerId]).toEqual([3, messageId]);
        expect(validateResult(action, payload)).toEqual([]);
      },
    ),
  );
});

test('a reply of 126 bytes and more has a long head', () => {
  const long = 'i'.repeat(36);
  const [, answerId, payload] = reply(`[2,"${long}","BootNotification",{}]`, [1, 2, 3, 4]) ?? [];
  expect(answerId).toBe(long);
  expect(payload).toEqual({
    currentTime: '2021-11-09T07:54:39.397Z',
    interval: 60,
    status: 'Accepted',
  });
});

test('transactions are numbered, and only StartTransaction starts one', () => {
  const clock = newClock();
  const send = (action: Action) => reply(`[2,"1","${action}",{}]`, [9, 8, 7, 6], 0, clock)?.[2];
  expect(send('StartTransaction').transactionId).toBe(701);
  expect(send('StopTransaction')).toEqual({});
  expect(send('StatusNotification')).toEqual({});
  expect(send('StartTransaction').transactionId).toBe(702);
});

test('what is no CALL is not answered', () => {
  expect(reply('[3,"1",{}]', [1, 2, 3, 4])).toBeNull();
});
