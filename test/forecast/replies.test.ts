import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReplies } from '../../src/forecast/replies.ts';
import { ACTIONS } from '../../src/ocpp/actions.ts';

const replies = createReplies(300);
const read = (action: number, id: number, wallMs: number) => {
  replies.write(action, id, wallMs);
  return JSON.parse(replies.bytes.toString('latin1', replies.start, replies.end));
};

test('answers are JSON with the id that was asked, and the present', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: ACTIONS.length - 1 }),
      fc.nat({ max: 1e12 }),
      fc.nat({ max: 4e12 }),
      (action, id, wallMs) => {
        const [type, own, payload] = read(action, id, wallMs);
        expect([type, own]).toEqual([3, String(id)]);
        if ('currentTime' in payload) {
          expect(payload.currentTime).toBe(new Date(wallMs).toISOString());
        }
      },
    ),
  );
});

test('ids of other lengths leave nothing of those before', () => {
  for (const id of [7, 123_456, 10, 0, 999]) expect(read(1, id, 0)[1]).toBe(String(id));
});

test('everything is accepted, with the interval, and each transaction has its own number', () => {
  const of = (action: (typeof ACTIONS)[number]) => read(ACTIONS.indexOf(action), 1, 0)[2];
  expect(of('BootNotification')).toMatchObject({ status: 'Accepted', interval: 300 });
  expect(of('Authorize')).toEqual({ idTagInfo: { status: 'Accepted' } });
  const [one, other] = [of('StartTransaction'), of('StartTransaction')];
  expect(one.idTagInfo).toEqual({ status: 'Accepted' });
  expect(other.transactionId).toBe(one.transactionId + 1);
  expect(of('MeterValues')).toEqual({});
});
