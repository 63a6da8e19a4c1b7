/** Records between machines as bytes; what is no such record is null, whoever wrote it. */
import {
  type Announcement,
  type ControlRecord,
  MOST_REFUSALS,
  type Offer,
  type Order,
  REFUSAL_CHARACTERS,
  type RunRefusal,
  type ShareRecord,
} from './records.ts';
import {
  between,
  dictionary,
  list,
  matching,
  oneOf,
  orNull,
  record,
  type Shape,
  text,
  variant,
  whole,
} from './shape.ts';
import { NAME } from './subjects.ts';
import { MAX_SHARES } from './up-shapes.ts';

const name = matching(NAME);
const word = text(200);
const wallMs = between(0, 1e14);
const labels = dictionary(word, 32);
const shareNumber = whole(0, MAX_SHARES - 1);

const isShareRecord = record<ShareRecord>({
  state: oneOf(['offered', 'held', 'ended']),
  agent: orNull(name),
  epoch: whole(1, 1e6),
  renewals: whole(0),
});

/** Only a share that is offered has no agent. */
const isWholeShare: Shape<ShareRecord> = (value): value is ShareRecord =>
  isShareRecord(value) && (value.state === 'offered') === (value.agent === null);

const isOrder = variant<'order', Order>('order', {
  start: record({ atMs: wallMs }),
  drain: record({}),
  finish: record({}),
  pace: record({ atMs: wallMs, factor: between(0, 100) }),
  drop: record({ share: between(0, 1), draw: whole(0) }),
  abandon: record({}),
});

const isControlRecord = record<ControlRecord>({ orders: list(isOrder, 100_000) });

const isOffer = record<Offer>({ runId: name, tool: word, chargers: whole(1), labels });

const sentence = text(REFUSAL_CHARACTERS);
const isRefusal = record<RunRefusal>({ runId: name, message: sentence, hint: sentence });

const isAnnouncement = record<Announcement>({
  ...{ agent: name, protocol: whole(1), tool: word, instance: name },
  ...{ capacity: whole(0), chargers: whole(0), processors: whole(1), labels },
  holds: list(record<Announcement['holds'][number]>({ runId: name, share: shareNumber }), 1000),
  refuses: list(isRefusal, MOST_REFUSALS),
});

export const toBytes = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));

export const readShare = reader(isWholeShare);
export const readControl = reader(isControlRecord);
export const readOffer = reader(isOffer);
export const readAnnouncement = reader(isAnnouncement);

function reader<T>(shape: Shape<T>): (bytes: Uint8Array) => T | null {
  return (bytes) => {
    const value = parse(bytes);
    return shape(value) ? value : null;
  };
}

/** null: it is no JSON. */
export function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return null;
  }
}

/** A clock's answer, ms since 1970: eight bytes, little-endian. */
export function clockBytes(clockMs: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, clockMs, true);
  return bytes;
}

export function readClock(bytes: Uint8Array): number | null {
  if (bytes.length !== 8) return null;
  const clockMs = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  return wallMs(clockMs) ? clockMs : null;
}
