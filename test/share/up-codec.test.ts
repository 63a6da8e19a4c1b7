import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cutEnd, lastSeen } from '../../src/agent/ends.ts';
import { DamagedBytes } from '../../src/result/bytes.ts';
import { encodeFrame } from '../../src/result/frame.ts';
import type { Up } from '../../src/share/up.ts';
import { decodeUp, encodeUp, MAX_UP_BYTES, upId } from '../../src/share/up-codec.ts';
import { counterSlots } from '../../src/snapshot/layout.ts';
import { busySeconds, fixtureHeader } from '../result/fixtures.ts';
import { anyMark, anyUp } from './fixtures.ts';

const MARK = { share: 1, epoch: 2, sequence: 3 };
const OFFSET = { offsetMs: -1.5, roundTripMs: 0.25 };

test('what is said is what is heard', () => {
  fc.assert(
    fc.property(anyMark, anyUp(2), (mark, up) => {
      expect(decodeUp(encodeUp(mark, up), 2)).toEqual({ mark, up });
    }),
    { numRuns: 60 },
  );
});

test('the same message has the same id, and no other', () => {
  expect(upId(MARK)).toBe('1-2-3');
  fc.assert(
    fc.property(anyMark, anyMark, (a, b) => {
      expect(upId(a) === upId(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test.each<Up>([
  { type: 'event', event: { atS: 1, text: 'x'.repeat(5_000) } },
  { type: 'refused', message: 'x'.repeat(5_000), hint: 'y'.repeat(5_000) },
  {
    type: 'ended',
    end: {
      ...cutEnd(
        lastSeen(),
        Object.assign(new Error('x'.repeat(5_000)), { stack: 'y'.repeat(5e4) }),
      ),
      leaseLost: false,
      stopped: false,
    },
  },
])('of what is too long its beginning is heard: $type', (up) => {
  expect(decodeUp(encodeUp(MARK, up), 1).up.type).toBe(up.type);
});

test('names may be as long as a scenario has them', () => {
  const plain = fixtureHeader();
  const scenario = { ...plain.scenario, name: 'n'.repeat(255) };
  const fleets = [{ ...plain.fleets[0], name: 'f'.repeat(300) }];
  const ready = { type: 'ready', header: { ...plain, scenario, fleets }, offset: OFFSET } as const;
  expect(decodeUp(encodeUp(MARK, ready), 1).up).toEqual(ready);
});

test('a busy minute fits into one message', () => {
  const bytes = encodeUp(MARK, { type: 'intervals', intervals: busySeconds(60) });
  expect(bytes.length).toBeLessThan(MAX_UP_BYTES / 2);
});

describe('what no agent of ours says', () => {
  const frame = (head: unknown, ...parts: Uint8Array[]) =>
    encodeFrame('intervals', 0, [Buffer.from(JSON.stringify(head)), ...parts]);
  const good = encodeUp(MARK, { type: 'intervals', intervals: busySeconds(3) });
  const ready = { type: 'ready', header: fixtureHeader(), offset: OFFSET } as const;

  test.each<[string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['no frame', Buffer.from('hello, I am an agent')],
    ['a frame that is cut off', good.subarray(0, -1)],
    ['a frame and more', Buffer.concat([good, Buffer.of(0)])],
    ['more than a message may be', new Uint8Array(MAX_UP_BYTES + 1)],
    ['a bomb', encodeFrame('intervals', 0, [new Uint8Array(65e6)])],
    ['a head that is no JSON', encodeFrame('intervals', 0, [Buffer.from('{')])],
    ['a head without a mark', frame({ up: { type: 'offset', offset: OFFSET } })],
    ['a share below 0', frame({ ...MARK, share: -1, up: { type: 'offset', offset: OFFSET } })],
    ['an unknown kind', frame({ ...MARK, up: { type: 'toString' } })],
    ['no kind', frame({ ...MARK, up: null })],
    ['a field that is missing', frame({ ...MARK, up: { type: 'offset' } })],
    ['a field of another type', frame({ ...MARK, up: { type: 'ledger', text: 5 } })],
    ['a time that is none', frame({ ...MARK, up: { type: 'began', atMs: -1, offset: OFFSET } })],
    ['a header of another schema', frame({ ...MARK, up: withHeader({ schema: 'x' }) })],
    ['a header with a name of an object', frame({ ...MARK, up: withHeader({ machine: {} }) })],
    ['an event with intervals', frame({ ...MARK, up: ready }, Buffer.of(1))],
    ['intervals without a block', frame({ ...MARK, up: { type: 'intervals' } })],
  ])('%s', (_name, bytes) => {
    expect(() => decodeUp(bytes, 1)).toThrow(DamagedBytes);
  });

  function withHeader(changes: object) {
    return { ...ready, header: { ...fixtureHeader(), ...changes } };
  }

  test.each<[string, object]>([
    ['an index that is not after the one before', { index: 0 }],
    ['an end before the beginning', { fromS: 9 }],
    ['a moment that is no number', { toS: Number.NaN }],
    ['health without its fields', { health: {} }],
    ['health that is a text', { health: 'fine' }],
  ])('intervals with %s', (_name, changes) => {
    const [first, second] = busySeconds(2);
    const intervals = [first, { ...second, ...changes }];
    expect(() => decodeUp(encodeUp(MARK, { type: 'intervals', intervals }), 1)).toThrow(
      'its intervals are none of a run',
    );
  });

  test('intervals of a run with more fleets', () => {
    const [first] = busySeconds(1);
    const counterPlaces = Uint32Array.of(counterSlots(2) - 1);
    const delta = { ...first.delta, counterPlaces, counterChanges: Float64Array.of(1) };
    const bytes = encodeUp(MARK, { type: 'intervals', intervals: [{ ...first, delta }] });
    expect(decodeUp(bytes, 2)).toBeDefined();
    expect(() => decodeUp(bytes, 1)).toThrow(DamagedBytes);
  });

  test('any change of a byte is damage', () => {
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const changed = good.map((byte, i) => (i === at ? byte ^ change : byte));
        expect(() => decodeUp(changed, 1)).toThrow(DamagedBytes);
      }),
      { numRuns: 300 },
    );
  });

  test('any parts in a sound frame are damage, or a message; never a crash', () => {
    const anyPart = fc.oneof(
      fc.uint8Array({ maxLength: 30 }),
      fc.json().map((text) => Buffer.from(text)),
    );
    const anyHead = fc.oneof(
      anyPart,
      fc.constant(Buffer.from(JSON.stringify({ ...MARK, up: { type: 'intervals' } }))),
    );
    fc.assert(
      fc.property(anyHead, fc.array(anyPart, { maxLength: 10 }), (head, parts) => {
        try {
          decodeUp(encodeFrame('intervals', 0, [head, ...parts]), 1);
        } catch (error) {
          expect(error).toBeInstanceOf(DamagedBytes);
        }
      }),
      { numRuns: 500 },
    );
  });
});
