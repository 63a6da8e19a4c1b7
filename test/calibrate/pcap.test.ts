import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PCAP_FORMS, type PcapForm, pcapBytes } from './packets.ts';
import { pcapReader, readPcap } from './pcap.ts';

/** Pushes `bytes` in pieces that end at `cuts`. */
function read(bytes: Buffer, cuts: readonly number[] = []) {
  const packets: { atNs: number; text: string }[] = [];
  const reader = pcapReader((atNs, packet) => packets.push({ atNs, text: packet.toString('hex') }));
  const ends = [...cuts, bytes.length].filter((end) => end <= bytes.length).sort((a, b) => a - b);
  let at = 0;
  for (const end of ends) {
    reader.push(bytes.subarray(at, end));
    at = end;
  }
  const { packets: count, ...rest } = reader.end();
  return { packets, count, ...rest };
}

const packet = fc.record({
  atNs: fc.integer({ min: 0, max: 10_000_000 }).map((us) => us * 1000),
  bytes: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});
const form = fc.constantFrom(...PCAP_FORMS);

describe.each(PCAP_FORMS)('%j', (each: PcapForm) => {
  test('gives packets with their times', () => {
    const last = each.isNano ? 2_000_000_001 : 2_000_001_000;
    const bytes = pcapBytes(each, [
      { atNs: 5_000, bytes: Buffer.from('aa', 'hex') },
      { atNs: last, bytes: Buffer.from('bbcc', 'hex') },
    ]);
    expect(read(bytes)).toMatchObject({
      packets: [
        { atNs: 5_000, text: 'aa' },
        { atNs: last, text: 'bbcc' },
      ],
      cut: 0,
      isTruncated: false,
    });
  });
});

test('the pieces that it is pushed in do not matter', () => {
  const cuts = fc.array(fc.nat(400), { maxLength: 8 });
  fc.assert(
    fc.property(form, fc.array(packet, { maxLength: 8 }), cuts, (each, packets, ends) => {
      // The first packet sets the second that times count from.
      const all = [{ atNs: 0, bytes: Buffer.alloc(0) }, ...packets];
      const seen = read(pcapBytes(each, all), ends);
      expect(seen.packets).toEqual(
        all.map(({ atNs, bytes }) => ({ atNs, text: bytes.toString('hex') })),
      );
      expect(seen.isTruncated).toBe(false);
    }),
  );
});

test('a file that ends anywhere gives the packets before that', () => {
  fc.assert(
    fc.property(form, fc.array(packet, { minLength: 1 }), fc.nat(), (each, packets, n) => {
      const whole = pcapBytes(each, packets);
      const length = n % whole.length;
      const seen = read(whole.subarray(0, length));
      const ends = packets.map((_, i) => pcapBytes(each, packets.slice(0, i + 1)).length);
      expect(seen.count).toBe(ends.filter((end) => end <= length).length);
      expect(seen.isTruncated).toBe(length !== 24 && !ends.includes(length));
    }),
  );
});

test('packets of which only a part was kept are counted', () => {
  const cut = { atNs: 0, bytes: Buffer.alloc(100, 7), cutTo: 10 };
  expect(read(pcapBytes(PCAP_FORMS[0], [cut]))).toMatchObject({ count: 1, cut: 1 });
});

test('another format and another interface are refused', () => {
  const reader = pcapReader(() => {});
  expect(() => reader.push(Buffer.alloc(24))).toThrow('not a capture in the pcap format');
  const cooked = pcapBytes(PCAP_FORMS[0], [], 113);
  expect(() => pcapReader(() => {}).push(cooked)).toThrow('link type 113');
});

test('an empty file is a truncated one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pcap-'));
  try {
    const file = join(folder, 'a.pcap');
    writeFileSync(file, '');
    expect(readPcap(file, () => {})).toEqual({ packets: 0, cut: 0, isTruncated: true });
    writeFileSync(file, pcapBytes(PCAP_FORMS[1], [{ atNs: 0, bytes: Buffer.alloc(3) }]));
    expect(readPcap(file, () => {})).toEqual({ packets: 1, cut: 0, isTruncated: false });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
