/** Reads the classic capture format of tcpdump, in both byte orders and both resolutions. */
import { closeSync, openSync, readSync } from 'node:fs';

export interface PcapSummary {
  readonly packets: number;
  /** Packets of which only a part was kept. */
  readonly cut: number;
  /** The file ends within a packet or its head. */
  readonly isTruncated: boolean;
}

/**
 * `atNs` counts from the whole second of the first packet, so that it is exact in a double. `bytes`
 * is valid until the call returns.
 */
export type OnPacket = (atNs: number, bytes: Buffer) => void;

/** Ethernet; what Linux gives its loopback interface too. */
const ETHERNET = 1;
const HEAD_BYTES = 24;
const PACKET_HEAD_BYTES = 16;
const MICRO = 0xa1b2c3d4;
const NANO = 0xa1b23c4d;

interface Format {
  readonly isLittle: boolean;
  readonly fractionNs: 1 | 1000;
}

/** Takes the bytes of a file in pieces of any size. `push` throws for another format. */
export function pcapReader(onPacket: OnPacket) {
  let rest: Buffer = Buffer.alloc(0);
  let format: Format | null = null;
  let firstS = -1;
  let packets = 0;
  let cut = 0;
  return {
    push(piece: Buffer): void {
      const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
      let at = 0;
      if (format === null) {
        if (bytes.length < HEAD_BYTES) {
          rest = Buffer.from(bytes);
          return;
        }
        format = formatOf(bytes);
        at = HEAD_BYTES;
      }
      const { isLittle, fractionNs } = format;
      const read = (offset: number) =>
        isLittle ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
      while (bytes.length - at >= PACKET_HEAD_BYTES) {
        const end = at + PACKET_HEAD_BYTES + read(at + 8);
        if (end > bytes.length) break;
        const second = read(at);
        if (firstS < 0) firstS = second;
        if (read(at + 8) < read(at + 12)) cut++;
        packets++;
        const atNs = (second - firstS) * 1e9 + read(at + 4) * fractionNs;
        onPacket(atNs, bytes.subarray(at + PACKET_HEAD_BYTES, end));
        at = end;
      }
      rest = Buffer.from(bytes.subarray(at));
    },
    end: (): PcapSummary => ({
      packets,
      cut,
      isTruncated: format === null || rest.length > 0,
    }),
  };
}

function formatOf(head: Buffer): Format {
  for (const isLittle of [true, false]) {
    const read = (at: number) => (isLittle ? head.readUInt32LE(at) : head.readUInt32BE(at));
    const magic = read(0);
    if (magic !== MICRO && magic !== NANO) continue;
    const linkType = read(20) & 0xffff;
    if (linkType !== ETHERNET) throw new Error(`a capture of link type ${linkType}, not Ethernet`);
    return { isLittle, fractionNs: magic === MICRO ? 1000 : 1 };
  }
  throw new Error('not a capture in the pcap format');
}

const READ_BYTES = 1 << 22;

export function readPcap(file: string, onPacket: OnPacket): PcapSummary {
  const reader = pcapReader(onPacket);
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const descriptor = openSync(file, 'r');
  try {
    for (;;) {
      const length = readSync(descriptor, buffer, 0, READ_BYTES, null);
      if (length === 0) return reader.end();
      reader.push(buffer.subarray(0, length));
    }
  } finally {
    closeSync(descriptor);
  }
}
