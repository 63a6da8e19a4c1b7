import { SLOTS, type Slot } from '../../chargers/model.ts';
import { TIME_BYTES, timeBytes } from './calendar.ts';

/** How a slot is printed. */
export const SlotKind = {
  integer: 0,
  /** One decimal: the value is in tenths. */
  tenths: 1,
  /** Two decimals: the value is in hundredths. */
  hundredths: 2,
  /** `2021-11-09T16:20:35` and the dialect's zone; the value is in seconds since 1970, local. */
  timestamp: 3,
  /** `2021-11-09 16:26:38`. */
  spacedTime: 4,
  text: 5,
} as const;
export type SlotKind = (typeof SlotKind)[keyof typeof SlotKind];

const KINDS: Readonly<Record<Slot, SlotKind>> = {
  id: SlotKind.integer,
  identity: SlotKind.text,
  idTag: SlotKind.text,
  connector: SlotKind.integer,
  transactionId: SlotKind.integer,
  meterStartWh: SlotKind.integer,
  meterStopWh: SlotKind.integer,
  reservationId: SlotKind.integer,
  timestamp: SlotKind.timestamp,
  startTime: SlotKind.spacedTime,
  endTime: SlotKind.spacedTime,
  energyKwh: SlotKind.hundredths,
  energyWh: SlotKind.integer,
  powerW: SlotKind.integer,
  currentA: SlotKind.hundredths,
  voltage1V: SlotKind.tenths,
  voltage2V: SlotKind.tenths,
  voltage3V: SlotKind.tenths,
  temperatureC: SlotKind.integer,
  recordId: SlotKind.integer,
  cost: SlotKind.hundredths,
};

/** Kind of each slot, by its index in `SLOTS`. */
export const SLOT_KINDS = Uint8Array.from(SLOTS, (slot) => KINDS[slot]);

/** Index of each slot in `SLOTS`. */
export const SlotIndex = Object.freeze(
  Object.fromEntries(SLOTS.map((slot, index) => [slot, index])),
) as Readonly<Record<Slot, number>>;

/**
 * The values to print next, by slot: the scratch sheet of a shard, overwritten for each message.
 * Numbers are whole, in the unit of their kind. A text is a range of bytes (UTF-8, JSON-escaped
 * already) of whatever memory it lies in, so that none is copied or cut out.
 */
export interface SlotValues {
  readonly numbers: Float64Array;
  readonly textBytes: Uint8Array[];
  readonly textStarts: Int32Array;
  readonly textEnds: Int32Array;
}

export function createSlotValues(): SlotValues {
  return {
    numbers: new Float64Array(SLOTS.length),
    textBytes: SLOTS.map(() => new Uint8Array(0)),
    textStarts: new Int32Array(SLOTS.length),
    textEnds: new Int32Array(SLOTS.length),
  };
}

/** The JSON-escaped UTF-8 of texts, packed: text `i` lies in [offsets[i], offsets[i + 1]). */
export interface PackedTexts {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

export function packTexts(count: number, textOf: (i: number) => string): PackedTexts {
  const offsets = new Int32Array(count + 1);
  const parts: Buffer[] = [];
  for (let i = 0; i < count; i++) {
    const part = Buffer.from(JSON.stringify(textOf(i)).slice(1, -1), 'utf8');
    parts.push(part);
    offsets[i + 1] = offsets[i] + part.length;
  }
  return { bytes: Buffer.concat(parts), offsets };
}

/** Puts text `i` of `texts` into a slot. */
export function setText(values: SlotValues, slot: number, texts: PackedTexts, i: number): void {
  values.textBytes[slot] = texts.bytes;
  values.textStarts[slot] = texts.offsets[i];
  values.textEnds[slot] = texts.offsets[i + 1];
}

/** A slot as text, for messages that no template lays out. */
export function printSlot(values: SlotValues, slot: Slot, zone: string): string {
  const at = SlotIndex[slot];
  const value = values.numbers[at];
  switch (SLOT_KINDS[at]) {
    case SlotKind.integer:
      return String(value);
    case SlotKind.tenths:
      return (value / 10).toFixed(1);
    case SlotKind.hundredths:
      return (value / 100).toFixed(2);
    case SlotKind.timestamp:
      return timeText(value, 0x54) + zone;
    case SlotKind.spacedTime:
      return timeText(value, 0x20);
    default:
      return Buffer.from(
        values.textBytes[at].subarray(values.textStarts[at], values.textEnds[at]),
      ).toString('utf8');
  }
}

function timeText(epochS: number, separator: number): string {
  return Buffer.from(timeBytes(epochS, separator).subarray(0, TIME_BYTES)).toString('latin1');
}
