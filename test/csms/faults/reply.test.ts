import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { escapeStrings, spoilReply } from '../../../src/csms/faults/reply.ts';
import { type Faults, textFrame } from '../../../src/csms/faults.ts';

const RESULT = '[3,"100",{"idTagInfo":{"status":"Accepted"},"transactionId":7}]';
const spoil = (faults: Faults, count = 1, action: string | null = 'Heartbeat') =>
  spoilReply(faults, RESULT, action, count);

test('no fault spoils nothing', () => expect(spoil({})).toBeNull());

test.each(['whitespace', 'escapes'] as const)('%s is the same JSON in other bytes', (reply) => {
  const spoiled = spoil({ reply });
  expect(spoiled?.readable).toBe(true);
  expect(spoiled?.messages[0]).not.toBe(RESULT);
  expect(JSON.parse(String(spoiled?.messages[0]))).toEqual(JSON.parse(RESULT));
});

test('escapeStrings keeps the meaning of any JSON and leaves no letter in its strings', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value);
      const escaped = escapeStrings(text);
      expect(JSON.stringify(JSON.parse(escaped))).toBe(text);
      expect(escaped.replace(/"(\\u[0-9a-f]{4})*"/g, '')).not.toContain('"');
    }),
  );
  expect(escapeStrings('["a"]')).toBe('["\\u0061"]');
});

test('unknown fields stand before the real ones and take nothing away', () => {
  const [type, id, payload] = JSON.parse(String(spoil({ reply: 'unknownFields' })?.messages[0]));
  expect([type, id]).toEqual([3, '100']);
  expect(payload).toMatchObject({ idTagInfo: { status: 'Accepted' }, transactionId: 7 });
  expect(Object.keys(payload)[0]).toBe('vendorExtension');
});

test('oversized is as large as told', () => {
  const [text] = spoil({ reply: 'oversized', oversizedBytes: 1000 })?.messages ?? [];
  expect(JSON.parse(String(text))[2].padding).toHaveLength(1000);
});

describe('what cannot be taken for the answer', () => {
  test.each(['garbage', 'trailingJunk'] as const)('%s is not JSON', (reply) => {
    const spoiled = spoil({ reply });
    expect(spoiled?.readable).toBe(false);
    expect(() => JSON.parse(String(spoiled?.messages[0]))).toThrow();
  });

  test('a wrong id', () => {
    const spoiled = spoil({ reply: 'wrongId' });
    expect(spoiled?.readable).toBe(false);
    expect(JSON.parse(String(spoiled?.messages[0]))).toEqual([
      ...[3, 'never-used', JSON.parse(RESULT)[2]],
    ]);
  });

  test('raw frames', () => {
    const raw = (reply: Faults['reply']) => spoil({ reply })?.raw ?? Buffer.alloc(0);
    const whole = textFrame(Buffer.from(RESULT));
    expect(raw('truncatedFrame')).toEqual(whole.subarray(0, whole.length >> 1));
    expect(raw('invalidUtf8').toString()).toContain('\ufffd');
    expect(raw('hugeLength').readBigUInt64BE(2)).toBe(2n ** 32n);
    expect(raw('badOpcode')[0] & 15).toBe(3);
  });
});

test('only the chosen actions and counts are hit', () => {
  const faults: Faults = { reply: 'wrongId', actions: ['Heartbeat'], every: 3 };
  expect([1, 2, 3, 4, 5, 6].map((count) => spoil(faults, count) !== null)).toEqual([
    ...[false, false, true, false, false, true],
  ]);
  expect(spoil(faults, 3, 'Authorize')).toBeNull();
  expect(spoil(faults, 3, null)).toBeNull();
});

test('late waits', () => {
  expect(spoil({ reply: 'late' })?.afterMs).toBe(1000);
  expect(spoil({ reply: 'late', lateMs: 5 })?.afterMs).toBe(5);
});
