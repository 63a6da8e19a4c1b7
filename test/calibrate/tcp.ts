/** From captured packets to the bytes of each direction of each connection, in their order. */

export interface Segment {
  readonly fromPort: number;
  readonly toPort: number;
  readonly sequence: number;
  readonly payload: Buffer;
}

const ETHERNET_HEAD_BYTES = 14;
const IPV4 = 0x0800;
const TCP = 6;

/** The TCP segment in an Ethernet frame with IPv4; null for anything else. */
export function segmentOf(frame: Buffer): Segment | null {
  if (frame.length < ETHERNET_HEAD_BYTES + 40 || frame.readUInt16BE(12) !== IPV4) return null;
  const ip = frame.subarray(ETHERNET_HEAD_BYTES);
  const ipHeadBytes = (ip[0] & 15) * 4;
  if (ip[0] >> 4 !== 4 || ip[9] !== TCP) return null;
  // The frame may be padded, but not when the length is left to the network card (0).
  const totalBytes = ip.readUInt16BE(2) || ip.length;
  const tcp = ip.subarray(ipHeadBytes, totalBytes);
  if (tcp.length < 20) return null;
  return {
    fromPort: tcp.readUInt16BE(0),
    toPort: tcp.readUInt16BE(2),
    sequence: tcp.readUInt32BE(4),
    payload: tcp.subarray((tcp[12] >> 4) * 4),
  };
}

/** One direction of a connection. */
export interface Stream {
  /** The sequence number of the next byte; -1 before the first. */
  next: number;
  /** Bytes that nobody has used yet. */
  rest: Buffer;
  /** Holes: bytes that were not captured. What stood before one is given up. */
  gaps: number;
}

export const emptyStream = (): Stream => ({ next: -1, rest: Buffer.alloc(0), gaps: 0 });

/** Adds a segment's payload behind `rest`; what was seen before is left out. */
export function addSegment(stream: Stream, { sequence, payload }: Segment): void {
  // Sequence numbers wrap at 2^32: the difference is a signed word.
  const ahead = stream.next < 0 ? 0 : (sequence - stream.next) | 0;
  const seen = Math.max(0, -ahead);
  if (payload.length <= seen) return;
  const fresh = payload.subarray(seen);
  if (ahead > 0) stream.gaps++;
  const keeps = ahead <= 0 && stream.rest.length > 0;
  stream.rest = keeps ? Buffer.concat([stream.rest, fresh]) : fresh;
  stream.next = (sequence + payload.length) >>> 0;
}
