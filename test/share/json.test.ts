import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  clockBytes,
  readAnnouncement,
  readClock,
  readControl,
  readOffer,
  readShare,
  toBytes,
} from '../../src/share/json.ts';

const SHARE = { state: 'held', agent: 'b', epoch: 2, renewals: 40 };
const OFFER = { runId: 'r1', tool: '0.1.0', chargers: 500, labels: { zone: 'a' } };
const ANNOUNCEMENT = {
  ...{ agent: 'b', protocol: 1, tool: '0.1.0', instance: 'x1', capacity: 9000, chargers: 500 },
  ...{ processors: 2, labels: {}, holds: [{ runId: 'r1', share: 3 }] },
  refuses: [{ runId: 'r2', message: 'not signed', hint: '' }],
};

const READERS: [string, (bytes: Uint8Array) => object | null, object, object[]][] = [
  [
    'a share',
    readShare,
    SHARE,
    [{ agent: null }, { state: 'offered' }, { epoch: 0 }, { agent: 'a b' }, { renewals: 0.5 }],
  ],
  [
    'orders',
    readControl,
    {
      orders: [
        { order: 'start', atMs: 1.7e12 },
        { order: 'drop', share: 0.5, draw: 1 },
      ],
    },
    [
      { orders: [{ order: 'shutdown' }] },
      { orders: [{ order: 'start' }] },
      { orders: [{ order: 'pace', atMs: 0, factor: -1 }] },
      { orders: {} },
    ],
  ],
  ['an offer', readOffer, OFFER, [{ runId: '../x' }, { labels: { zone: 1 } }, { chargers: 0 }]],
  [
    'an announcement',
    readAnnouncement,
    ANNOUNCEMENT,
    [
      ...[{ agent: 'a.b' }, { capacity: -1 }, { holds: [{ runId: 'r1' }] }, { labels: null }],
      ...[{ runId: '../x' }, { message: 'x'.repeat(301) }, { hint: 5 }].map((wrong) => ({
        refuses: [{ ...ANNOUNCEMENT.refuses[0], ...wrong }],
      })),
      { refuses: Array(5).fill(ANNOUNCEMENT.refuses[0]) },
    ],
  ],
];

test.each(READERS)('%s is read, and nothing that is none', (_name, read, right, wrong) => {
  expect(read(toBytes(right))).toEqual(right);
  for (const change of wrong) expect(read(toBytes({ ...right, ...change }))).toBeNull();
  for (const field of Object.keys(right)) {
    expect(read(toBytes({ ...right, [field]: undefined }))).toBeNull();
  }
  fc.assert(
    fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
      expect(read(Buffer.from(text))).toBeNull();
    }),
  );
});

test('a clock is eight bytes', () => {
  expect(readClock(clockBytes(1_764_000_000_000.25))).toBe(1_764_000_000_000.25);
  expect(readClock(clockBytes(-1))).toBeNull();
  expect(readClock(clockBytes(Number.NaN))).toBeNull();
  expect(readClock(new Uint8Array(7))).toBeNull();
});
