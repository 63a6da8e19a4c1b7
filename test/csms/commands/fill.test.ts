import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillPayload } from '../../../src/csms/commands/fill.ts';

const filling = {
  id: 'cp1',
  idTag: 'tag',
  transactionId: 7,
  nowMs: Date.UTC(2026, 0, 2, 3, 4, 5),
};

test.each<[object, object]>([
  [{}, {}],
  [{ transactionId: '{transactionId}' }, { transactionId: 7 }],
  [{ a: 'x-{transactionId}' }, { a: 'x-{transactionId}' }],
  [{ location: 'ftp://h/{id}/{idTag}' }, { location: 'ftp://h/cp1/tag' }],
  [{ t: '{now}' }, { t: '2026-01-02T03:04:05.000Z' }],
  [{ t: '{now+10m}' }, { t: '2026-01-02T03:14:05.000Z' }],
  [{ t: '{now-1h30m}' }, { t: '2026-01-02T01:34:05.000Z' }],
  [
    { t: '{now+soon}', u: '{other}' },
    { t: '{now+soon}', u: '{other}' },
  ],
  [{ deep: [{ list: ['{id}', 1, null, true] }] }, { deep: [{ list: ['cp1', 1, null, true] }] }],
])('%j', (payload, filled) => {
  expect(fillPayload(payload, filling)).toEqual(filled);
});

test('a transaction that is not there leaves nothing to send', () => {
  const none = { ...filling, transactionId: null };
  expect(fillPayload({ profile: { transactionId: '{transactionId}' } }, none)).toBeNull();
  expect(fillPayload({ id: 1 }, none)).toEqual({ id: 1 });
});

test('a transactionId of 0 is one', () => {
  const zero = { ...filling, transactionId: 0 };
  expect(fillPayload({ transactionId: '{transactionId}' }, zero)).toEqual({ transactionId: 0 });
});

test('what holds no placeholder comes back as it was', () => {
  const object = fc.dictionary(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(object, (payload) => {
      const text = JSON.stringify(payload);
      fc.pre(!text.includes('{id') && !text.includes('{now') && !text.includes('{trans'));
      expect(JSON.stringify(fillPayload(payload, filling))).toBe(text);
    }),
  );
});
