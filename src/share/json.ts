/** Records between machines as bytes; what is no such record is null, whoever wrote it. */
import { LOSS_POLICIES } from './records.ts';
import type {
  Announcement,
  BundleMark,
  ControlRecord,
  Offer,
  Order,
  RunRecord,
  ShareRecord,
  SignedRecord,
} from './records.ts';
import {
  amount,
  between,
  boolean,
  dictionary,
  finite,
  list,
  matching,
  oneOf,
  optional,
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
const sha256 = matching(/^[0-9a-f]{64}$/);
const wallMs = between(0, 1e14);
const labels = dictionary(word, 32);
const shareNumber = whole(0, MAX_SHARES - 1);

const isShareRecord = record<ShareRecord>({
  state: oneOf(['offered', 'held', 'ended']),
  agent: orNull(name),
  epoch: whole(1, 1e6),
  renewals: whole(0),
});

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

const isAnnouncement = record<Announcement>({
  ...{ agent: name, protocol: whole(1), tool: word, instance: name },
  ...{ capacity: whole(0), chargers: whole(0), processors: whole(1), labels },
  holds: list(record<Announcement['holds'][number]>({ runId: name, share: shareNumber }), 1000),
});

const isRunRecord = record<RunRecord>({
  ...{ protocol: whole(1), runId: name, tool: word, createdAt: word },
  bundle: record<BundleMark>({
    ...{ sha256, bytes: whole(0), chunks: whole(0, 100_000), name: text(1000) },
  }),
  overrides: record<RunRecord['overrides']>({
    ...{ target: optional(text(100_000)), sourceAddresses: optional(list(word, 10_000)) },
    ...{ duration: optional(word), dialect: optional(word) },
    ...{ seed: optional(finite), chargers: optional(whole(1)) },
  }),
  ...{ seed: finite, strict: boolean, planSha256: sha256, chargerCount: whole(1) },
  environment: list(word, 1000),
  shares: whole(1, MAX_SHARES),
  leaseMs: between(1000, 3_600_000),
  onAgentLoss: oneOf(LOSS_POLICIES),
  ledger: boolean,
});

const isSignedRecord = record<SignedRecord>({
  ...{ record: text(1_000_000), signature: text(1000), signer: text(1000) },
});

export const encodeShare = (share: ShareRecord) => bytesOf(share);
export const decodeShare = decoder(consistent(isShareRecord));
export const encodeControl = (control: ControlRecord) => bytesOf(control);
export const decodeControl = decoder(isControlRecord);
export const encodeOffer = (offer: Offer) => bytesOf(offer);
export const decodeOffer = decoder(isOffer);
export const encodeAnnouncement = (announcement: Announcement) => bytesOf(announcement);
export const decodeAnnouncement = decoder(isAnnouncement);
export const encodeRunRecord = (run: RunRecord) => bytesOf(run);
export const decodeRunRecord = decoder(isRunRecord);
export const encodeSigned = (signed: SignedRecord) => bytesOf(signed);
export const decodeSigned = decoder(isSignedRecord);

/** Only a share that is offered has no agent. */
function consistent(shape: Shape<ShareRecord>): Shape<ShareRecord> {
  return (value): value is ShareRecord =>
    shape(value) && (value.state === 'offered') === (value.agent === null);
}

/** A clock's answer: ms since 1970 as eight bytes, little-endian. */
export function encodeClock(clockMs: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, clockMs, true);
  return bytes;
}

export function decodeClock(bytes: Uint8Array): number | null {
  if (bytes.length !== 8) return null;
  const clockMs = new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  return wallMs(clockMs) ? clockMs : null;
}

const bytesOf = (value: object): Uint8Array => Buffer.from(JSON.stringify(value));

function decoder<T>(shape: Shape<T>): (bytes: Uint8Array) => T | null {
  return (bytes) => {
    try {
      const value: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
      return shape(value) ? value : null;
    } catch {
      return null;
    }
  };
}
