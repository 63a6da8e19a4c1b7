/** Captures made by hand, for tests of what reads them. */

export interface PcapForm {
  readonly isLittle: boolean;
  readonly isNano: boolean;
}

export const PCAP_FORMS: readonly PcapForm[] = [true, false].flatMap((isLittle) =>
  [true, false].map((isNano) => ({ isLittle, isNano })),
);

/** `atNs` since the first packet's second; `cutTo`: of a longer packet only so much was kept. */
export interface Captured {
  readonly atNs: number;
  readonly bytes: Buffer;
  readonly cutTo?: number;
}

const FIRST_S = 1_700_000_000;

export function pcapBytes(
  { isLittle, isNano }: PcapForm,
  packets: readonly Captured[],
  linkType = 1,
): Buffer {
  const words = (...values: number[]) => {
    const bytes = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => {
      if (isLittle) bytes.writeUInt32LE(value, i * 4);
      else bytes.writeUInt32BE(value, i * 4);
    });
    return bytes;
  };
  // The third word is the version, two halves that nobody reads.
  const head = words(isNano ? 0xa1b23c4d : 0xa1b2c3d4, 0, 0, 0, 262_144, linkType);
  const parts = packets.flatMap(({ atNs, bytes, cutTo = bytes.length }) => {
    const second = Math.floor(atNs / 1e9);
    const fraction = (atNs - second * 1e9) / (isNano ? 1 : 1000);
    return [words(FIRST_S + second, fraction, cutTo, bytes.length), bytes.subarray(0, cutTo)];
  });
  return Buffer.concat([head, ...parts]);
}

export interface SegmentSpec {
  readonly from: number;
  readonly to: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

/** An Ethernet frame with IPv4 and TCP, as on the loopback interface. */
export function tcpPacket({ from, to, sequence, payload }: SegmentSpec): Buffer {
  const ethernet = Buffer.alloc(14);
  ethernet.writeUInt16BE(0x0800, 12);
  const ip = Buffer.alloc(20);
  ip[0] = 0x45;
  ip.writeUInt16BE(52 + payload.length, 2);
  ip[9] = 6;
  // With an option of twelve bytes, as Linux sends its time stamps.
  const tcp = Buffer.alloc(32);
  tcp.writeUInt16BE(from, 0);
  tcp.writeUInt16BE(to, 2);
  tcp.writeUInt32BE(sequence >>> 0, 4);
  tcp[12] = 8 << 4;
  return Buffer.concat([ethernet, ip, tcp, payload]);
}

/** A text frame; with a key it is a client's. */
export function textFrame(text: string, key?: readonly number[]): Buffer {
  const payload = Buffer.from(text);
  const mask = key === undefined ? 0 : 0x80;
  const head =
    payload.length < 126
      ? Buffer.from([0x81, mask | payload.length])
      : Buffer.from([0x81, mask | 126, payload.length >> 8, payload.length & 255]);
  if (key === undefined) return Buffer.concat([head, payload]);
  const masked = payload.map((byte, i) => byte ^ key[i % 4]);
  return Buffer.concat([head, Buffer.from(key), masked]);
}
