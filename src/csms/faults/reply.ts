/** What a reply fault makes of a correct reply. */
import { type Faults, type ReplyFault, textFrame } from '../faults.ts';

/** How a spoiled reply goes out: messages (binary when bytes) in order, or raw bytes. */
export interface Spoiled {
  readonly messages: readonly (string | Buffer)[];
  /** Written to the socket as they are, around the WebSocket layer. */
  readonly raw?: Buffer;
  readonly endAfter?: boolean;
  readonly afterMs?: number;
  /** False when the charger cannot take it for the answer. */
  readonly readable: boolean;
}

/** null: this reply, the `count`-th (from 1) that the fault could hit, goes out as it is. */
export function spoilReply(
  faults: Faults,
  text: string,
  action: string | null,
  count: number,
): Spoiled | null {
  if (faults.reply === undefined || !faultHits(faults, action)) return null;
  return count % (faults.every ?? 1) === 0 ? spoil(faults, faults.reply, text) : null;
}

export function faultHits(faults: Faults, action: string | null): boolean {
  const { actions } = faults;
  return actions === undefined || (actions as readonly (string | null)[]).includes(action);
}

const message = (text: string, readable = true): Spoiled => ({ messages: [text], readable });
const raw = (bytes: Buffer, endAfter = false): Spoiled => ({
  messages: [],
  raw: bytes,
  endAfter,
  readable: false,
});

function spoil(faults: Faults, fault: ReplyFault, text: string): Spoiled {
  switch (fault) {
    case 'duplicate':
      return { messages: [text, text], readable: true };
    case 'late':
      return { ...message(text), afterMs: faults.lateMs ?? 1_000 };
    case 'whitespace':
      return message(`\r\n ${JSON.stringify(JSON.parse(text), null, '\t')} \n`);
    case 'escapes':
      return message(escapeStrings(text));
    case 'unknownFields':
      return message(withFields(text, DECOYS));
    case 'oversized':
      return message(withFields(text, { padding: 'x'.repeat(faults.oversizedBytes ?? 1 << 20) }));
    case 'wrongPayload':
      return message(withPayload(text, { configurationKey: [], unknownKey: ['x'] }));
    case 'garbage':
      return message('<html><body>502 Bad Gateway</body></html>', false);
    case 'wrongId':
      return message(withId(text, 'never-used'), false);
    case 'trailingJunk':
      return message(`${text} ?`, false);
    case 'binary':
      return { messages: [Buffer.from(text)], readable: false };
    case 'invalidUtf8':
      return raw(textFrame(Buffer.concat([Buffer.from(text), Buffer.from([0xc3, 0x28])])));
    case 'truncatedFrame': {
      const frame = textFrame(Buffer.from(text));
      return raw(frame.subarray(0, frame.length >> 1), true);
    }
    case 'hugeLength':
      return raw(Buffer.from([0x81, 127, 0, 0, 0, 1, 0, 0, 0, 0, 0x5b, 0x33, 0x2c]));
    case 'badOpcode':
      return raw(Buffer.from([0x83, 0]));
  }
}

const DECOYS = {
  vendorExtension: { status: 'Rejected', transactionId: -1, interval: 0, list: [{}, [1, '}]"']] },
  'odd "key"\\': null,
};

type Parts = [number, string, ...unknown[]];
function withPayload(text: string, payload: object): string {
  const parts = JSON.parse(text) as Parts;
  return JSON.stringify([...parts.slice(0, -1), payload]);
}
function withFields(text: string, fields: object): string {
  const parts = JSON.parse(text) as Parts;
  return JSON.stringify([...parts.slice(0, -1), { ...fields, ...(parts.at(-1) as object) }]);
}
function withId(text: string, id: string): string {
  const [type, , ...rest] = JSON.parse(text) as Parts;
  return JSON.stringify([type, id, ...rest]);
}

/** The same JSON, written with a \u escape for every UTF-16 unit of every string. */
export function escapeStrings(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, (token) => {
    const units = (JSON.parse(token) as string).split('');
    const escaped = units.map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
    return `"${escaped.join('')}"`;
  });
}
