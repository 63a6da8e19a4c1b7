/** From a packet capture to the log of CALLs that the wire carried. */
import { addCall, type CallLog, emptyLog } from './call-log.ts';
import { type PcapSummary, readPcap } from './pcap.ts';
import { addSegment, emptyStream, type Stream, segmentOf } from './tcp.ts';

export interface WireLog {
  readonly log: CallLog;
  readonly pcap: PcapSummary;
  readonly connections: number;
  /** Holes in the streams, and bytes that are no WebSocket frames (such as behind a hole). */
  readonly gaps: number;
  readonly unreadable: number;
}

interface Connection {
  readonly client: Direction;
  readonly server: Direction;
  /** Rows of the CALLs that wait for their answers, by message id. */
  readonly waiting: Map<string, number>;
}

interface Direction {
  readonly stream: Stream;
  /** The upgrade is behind us. */
  isOpen: boolean;
  unreadable: number;
}

const direction = (): Direction => ({ stream: emptyStream(), isOpen: false, unreadable: 0 });

/** Times are those of the packets with which a message was complete; see `pcap.ts`. */
export function wireReader(serverPort: number, action: string) {
  const log = emptyLog();
  const connections = new Map<number, Connection>();
  const call = new RegExp(`^\\[2,\\s*"(\\d+)",\\s*"${action}"`);
  const answer = /^\[[34],\s*"(\d+)"/;
  return {
    packet(atNs: number, frame: Buffer): void {
      const segment = segmentOf(frame);
      if (segment === null) return;
      const isCall = segment.toPort === serverPort;
      const port = isCall ? segment.fromPort : segment.toPort;
      const connection = connections.get(port) ?? open(connections, port);
      const side = isCall ? connection.client : connection.server;
      addSegment(side.stream, segment);
      for (const text of takeTexts(side)) {
        const id = (isCall ? call : answer).exec(text)?.[1];
        if (id === undefined) continue;
        const { waiting } = connection;
        if (isCall) waiting.set(id, addCall(log, port, Number(id), atNs));
        else if (waiting.has(id)) {
          log.answerNs[waiting.get(id) as number] = atNs;
          waiting.delete(id);
        }
      }
    },
    end(pcap: PcapSummary): WireLog {
      const sides = [...connections.values()].flatMap(({ client, server }) => [client, server]);
      const gaps = sides.reduce((sum, { stream }) => sum + stream.gaps, 0);
      const unreadable = sides.reduce((sum, side) => sum + side.unreadable, 0);
      return { log, pcap, connections: connections.size, gaps, unreadable };
    },
  };
}

function open(connections: Map<number, Connection>, port: number): Connection {
  const connection = { client: direction(), server: direction(), waiting: new Map() };
  connections.set(port, connection);
  return connection;
}

/** Texts of the whole messages that have arrived. */
function* takeTexts(side: Direction): Generator<string> {
  const { stream } = side;
  if (!side.isOpen) {
    const end = stream.rest.indexOf('\r\n\r\n');
    if (end >= 0) stream.rest = stream.rest.subarray(end + 4);
    side.isOpen = end >= 0;
  }
  while (side.isOpen) {
    const frame = firstFrame(stream.rest);
    if (frame === 'incomplete') break;
    if (frame === 'unreadable') {
      side.unreadable += stream.rest.length;
      stream.rest = Buffer.alloc(0);
      break;
    }
    stream.rest = stream.rest.subarray(frame.bytes);
    if (frame.text !== null) yield frame.text;
  }
  // The packet's memory is used again.
  if (stream.rest.length > 0) stream.rest = Buffer.from(stream.rest);
}

/** The frame at the start of `bytes` (RFC 6455, 5.2); no text: a control frame. */
function firstFrame(
  bytes: Buffer,
): { readonly bytes: number; readonly text: string | null } | 'incomplete' | 'unreadable' {
  if (bytes.length < 2) return 'incomplete';
  const opcode = bytes[0] & 15;
  // Chargers and central systems send whole texts; 0x70 are bits that nobody agreed on.
  if ((bytes[0] & 0x80) === 0 || (bytes[0] & 0x70) !== 0) return 'unreadable';
  if (![1, 8, 9, 10].includes(opcode)) return 'unreadable';
  const isMasked = (bytes[1] & 0x80) !== 0;
  let length = bytes[1] & 0x7f;
  let at = 2;
  if (length === 127) return 'unreadable';
  if (length === 126) {
    if (bytes.length < 4) return 'incomplete';
    length = bytes.readUInt16BE(2);
    at = 4;
  }
  const start = at + (isMasked ? 4 : 0);
  if (bytes.length < start + length) return 'incomplete';
  const payload = Buffer.from(bytes.subarray(start, start + length));
  if (isMasked) for (let i = 0; i < length; i++) payload[i] ^= bytes[at + (i & 3)];
  const text = opcode === 1 ? payload.toString() : null;
  return { bytes: start + length, text };
}

/** CALLs of `action` to 127.0.0.1:`serverPort` in a capture file, with their answers. */
export function readWire(file: string, serverPort: number, action: string): WireLog {
  const reader = wireReader(serverPort, action);
  return reader.end(readPcap(file, reader.packet));
}
