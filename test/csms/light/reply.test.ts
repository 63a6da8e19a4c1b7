import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FoundCall, scanCall } from '../../../src/csms/light/call.ts';
import {
  closeFrame,
  MAX_REPLY_BYTES,
  prepareReplies,
  type Replies,
  resultFrame,
  serverFrame,
  writeReply,
} from '../../../src/csms/light/reply.ts';
import { ACTIONS, ActionIndexOf } from '../../../src/ocpp/actions.ts';
import { validateResult } from '../../support/schemas.ts';

const NOW_MS = Date.parse('2021-11-09T07:54:39.397Z');
const found: FoundCall = { action: 0, idStart: 0, idEnd: 0 };

/** The JSON of an unmasked text frame that is all of `bytes`. */
function decode(bytes: Buffer) {
  expect(bytes[0]).toBe(0x81);
  const [head, length] =
    bytes[1] < 126
      ? [2, bytes[1]]
      : bytes[1] === 126
        ? [4, bytes.readUInt16BE(2)]
        : [10, Number(bytes.readBigUInt64BE(2))];
  expect(bytes.length).toBe(head + length);
  return JSON.parse(bytes.toString('utf8', head));
}

function reply(replies: Replies, text: string, start = 0, nowMs = NOW_MS) {
  const bytes = Buffer.from(text);
  expect(scanCall(bytes, 0, bytes.length, found)).toBe(true);
  const out = Buffer.alloc(start + MAX_REPLY_BYTES, 0xee);
  const end = writeReply(replies, found, bytes, out, start, nowMs);
  return decode(out.subarray(start, end));
}

test('every action is answered under its id, as the schemas want it', () => {
  const replies = prepareReplies(86_400);
  fc.assert(
    fc.property(
      fc.constantFrom(...ACTIONS),
      fc.stringMatching(/^[ !#-[\]-~]{1,36}$/),
      fc.nat(500),
      (action, id, start) => {
        const text = JSON.stringify([2, id, action, { idTag: 'x' }]);
        const [type, answerId, payload] = reply(replies, text, start);
        expect([type, answerId]).toEqual([3, id]);
        expect(validateResult(action, payload)).toEqual([]);
        expect(decode(resultFrame(replies, id, ActionIndexOf[action], NOW_MS))[0]).toBe(3);
      },
    ),
  );
});

test('the time is that of the answer', () => {
  const replies = prepareReplies(60);
  const beat = '[2,"1","Heartbeat",{}]';
  expect(reply(replies, beat)[2]).toEqual({ currentTime: '2021-11-09T07:54:39.397Z' });
  expect(reply(replies, beat, 0, NOW_MS + 604)[2].currentTime).toBe('2021-11-09T07:54:40.001Z');
  expect(reply(replies, '[2,"1","BootNotification",{}]')[2]).toEqual({
    ...{ currentTime: '2021-11-09T07:54:39.397Z', interval: 60, status: 'Accepted' },
  });
});

test('an id that needs escapes comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 36 }), (id) => {
      const frame = resultFrame(prepareReplies(60), id, ActionIndexOf.StartTransaction, NOW_MS);
      expect(decode(frame)[1]).toBe(id);
    }),
  );
});

test('transactions are numbered, and only StartTransaction starts one', () => {
  const replies = prepareReplies(60, 999_998, 2);
  const send = (action: string) => reply(replies, `[2,"1","${action}",{}]`)[2];
  expect(send('StartTransaction').transactionId).toBe(999_998);
  expect(send('StopTransaction')).toEqual({});
  expect(send('StartTransaction').transactionId).toBe(1_000_000);
});

test('frames of every length', () => {
  for (const length of [0, 125, 126, 65_535, 65_536, 200_000]) {
    expect(decode(serverFrame(1, Buffer.from(JSON.stringify('x'.repeat(length)))))).toHaveLength(
      length,
    );
  }
  expect(closeFrame(1001, 'bye').toString('hex')).toBe('880503e9627965');
});
