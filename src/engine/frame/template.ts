/**
 * From template to frame: the only place where CALLs of a life get their bytes.
 *
 * A `TemplateWriter` keeps one laid-out, masked frame (a layout) for each combination of slot
 * widths it has met (they take few values), patches the slots in place and hands the same buffer
 * out again: no garbage, a fraction of the cost of building it anew; see `npm run bench frame`.
 */
import type { FrameClock, FrameTemplate } from '../../plan/plan.ts';
import { TIME_BYTES, timeBytes } from './calendar.ts';
import { digitCount, putDigits, putHundredths, putPair, putTenths } from './digits.ts';
import { allocateFrame, type FrameBytes, type MaskKey, Opcode } from './mask.ts';
import { SLOT_KINDS, SlotIndex, SlotKind, type SlotValues } from './values.ts';

interface Layout {
  /** Bytes of each of the writer's text slots. */
  readonly widths: Uint16Array;
  /** The values of a numeric slot that take its width: from `lowest` to below `beyond`. */
  readonly lowest: Float64Array;
  readonly beyond: Float64Array;
  /** Where each occurrence of a slot begins and ends in `memory.bytes`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** The minute that each occurrence of a time shows. */
  readonly minutes: Float64Array;
  memory: FrameBytes;
}

/** Layouts kept for a template before its cache starts afresh; widths rarely make a dozen. */
const MAX_LAYOUTS = 64;

export interface TemplateWriter {
  readonly template: FrameTemplate;
  readonly key: MaskKey;
  readonly zone: '' | 'Z';
  /** Slots in order of occurrence (indexes of `SLOTS`), with their kinds. */
  readonly occurrences: Uint8Array;
  readonly kinds: Uint8Array;
  /** The distinct slots whose width varies. */
  readonly numeric: Uint8Array;
  readonly textual: Uint8Array;
  readonly layouts: Layout[];
  last: Layout | null;
}

export function createTemplateWriter(
  template: FrameTemplate,
  clock: FrameClock,
  key: MaskKey,
): TemplateWriter {
  const occurrences = Uint8Array.from(template.slots, (slot) => SlotIndex[slot]);
  const variable = [...new Set(occurrences)].filter((slot) => !isTime(SLOT_KINDS[slot]));
  const isText = (slot: number) => SLOT_KINDS[slot] === SlotKind.text;
  return {
    template,
    key,
    zone: clock.zone,
    occurrences,
    kinds: occurrences.map((slot) => SLOT_KINDS[slot]),
    numeric: Uint8Array.from(variable.filter((slot) => !isText(slot))),
    textual: Uint8Array.from(variable.filter(isText)),
    layouts: [],
    last: null,
  };
}

/** The frame of `values`. It stays valid until the next call, unless `keepFrame` is called. */
export function writeTemplate(writer: TemplateWriter, values: SlotValues): Buffer {
  const layout = layoutOf(writer, values);
  fill(writer, layout, values);
  return layout.memory.frame;
}

/** A frame as long as that of `values`, with whatever in it: for who only counts. */
export function sizeTemplate(writer: TemplateWriter, values: SlotValues): Buffer {
  return layoutOf(writer, values).memory.frame;
}

function layoutOf(writer: TemplateWriter, values: SlotValues): Layout {
  const { last } = writer;
  if (last !== null && fits(writer, last, values)) return last;
  const layout = findLayout(writer, values) ?? addLayout(writer, values);
  writer.last = layout;
  return layout;
}

/**
 * Gives the frame handed out last away, to a write that the kernel did not finish at once: the next
 * frame of that layout gets memory of its own.
 */
export function keepFrame(writer: TemplateWriter): void {
  const layout = writer.last;
  if (layout === null) return;
  const { bytes, frame, payloadStart } = layout.memory;
  const copy = Buffer.allocUnsafeSlow(bytes.length);
  bytes.copy(copy);
  layout.memory = { bytes: copy, frame: copy.subarray(bytes.length - frame.length), payloadStart };
}

function isTime(kind: number): boolean {
  return kind === SlotKind.timestamp || kind === SlotKind.spacedTime;
}

/** Compares ranges instead of counting digits: two comparisons a slot. */
function fits(writer: TemplateWriter, layout: Layout, values: SlotValues): boolean {
  const { numeric, textual } = writer;
  const { lowest, beyond, widths } = layout;
  const { numbers, textStarts, textEnds } = values;
  for (let i = 0; i < numeric.length; i++) {
    const value = numbers[numeric[i]];
    if (!(value >= lowest[i] && value < beyond[i])) return false;
  }
  for (let i = 0; i < textual.length; i++) {
    const slot = textual[i];
    if (textEnds[slot] - textStarts[slot] !== widths[i]) return false;
  }
  return true;
}

function findLayout(writer: TemplateWriter, values: SlotValues): Layout | null {
  for (const layout of writer.layouts) if (fits(writer, layout, values)) return layout;
  return null;
}

/** Characters of a slot, and the range of numbers that take as many. */
function widthOf(slot: number, values: SlotValues): { width: number; range: [number, number] } {
  const kind = SLOT_KINDS[slot];
  if (kind === SlotKind.text) {
    return { width: values.textEnds[slot] - values.textStarts[slot], range: [0, 0] };
  }
  const value = values.numbers[slot];
  if (value < 0) return { width: 1 + digitCount(-value), range: [value, value + 1] };
  const decimals = kind === SlotKind.tenths ? 1 : kind === SlotKind.hundredths ? 2 : 0;
  const digits = Math.max(digitCount(value), decimals + 1);
  const lowest = digits === decimals + 1 ? 0 : 10 ** (digits - 1);
  return { width: digits + (decimals > 0 ? 1 : 0), range: [lowest, 10 ** digits] };
}

function timeWidth(kind: number, zone: string): number {
  return TIME_BYTES + (kind === SlotKind.timestamp ? zone.length : 0);
}

function addLayout(writer: TemplateWriter, values: SlotValues): Layout {
  if (writer.layouts.length >= MAX_LAYOUTS) writer.layouts.length = 0;
  const { occurrences, kinds, numeric, textual, zone, key } = writer;
  const texts = writer.template.texts.map((text) => Buffer.from(text, 'utf8'));
  const widths = Array.from(occurrences, (slot, i) =>
    isTime(kinds[i]) ? timeWidth(kinds[i], zone) : widthOf(slot, values).width,
  );
  const payloadBytes = [...texts.map(({ length }) => length), ...widths].reduce((a, b) => a + b, 0);
  const ranges = Array.from(numeric, (slot) => widthOf(slot, values).range);
  const layout: Layout = {
    widths: Uint16Array.from(textual, (slot) => widthOf(slot, values).width),
    lowest: Float64Array.from(ranges, ([lowest]) => lowest),
    beyond: Float64Array.from(ranges, ([, beyond]) => beyond),
    starts: new Int32Array(occurrences.length),
    ends: new Int32Array(occurrences.length),
    minutes: new Float64Array(occurrences.length).fill(Number.NaN),
    memory: allocateFrame(Opcode.text, payloadBytes, key),
  };
  let at = layout.memory.payloadStart;
  for (const [i, text] of texts.entries()) {
    put(layout.memory.bytes, at, text, 0, text.length, key);
    at += text.length;
    if (i === widths.length) break;
    layout.starts[i] = at;
    at += widths[i];
    layout.ends[i] = at;
  }
  writer.layouts.push(layout);
  return layout;
}

function fill(writer: TemplateWriter, layout: Layout, values: SlotValues): void {
  const { occurrences, kinds, key } = writer;
  const { ends } = layout;
  const { bytes } = layout.memory;
  for (let i = 0; i < occurrences.length; i++) {
    const slot = occurrences[i];
    switch (kinds[i]) {
      case SlotKind.integer:
        putInteger(bytes, layout.starts[i], ends[i], values.numbers[slot], key);
        break;
      case SlotKind.tenths:
        putTenths(bytes, ends[i], values.numbers[slot], key);
        break;
      case SlotKind.hundredths:
        putHundredths(bytes, ends[i], values.numbers[slot], key);
        break;
      case SlotKind.text:
        putText(bytes, layout.starts[i], values, slot, key);
        break;
      default:
        putTime(writer, layout, i, values.numbers[slot]);
    }
  }
}

function putInteger(bytes: Buffer, start: number, end: number, value: number, key: MaskKey): void {
  if (value < 0) bytes[start] = 0x2d ^ key;
  putDigits(bytes, end, value < 0 ? -value : value, key);
}

/** A frame shows the minute of its last use: mostly only the seconds are new. */
function putTime(writer: TemplateWriter, layout: Layout, i: number, epochS: number): void {
  const { key, kinds, zone } = writer;
  const { bytes } = layout.memory;
  const start = layout.starts[i];
  const minute = Math.floor(epochS / 60);
  if (minute === layout.minutes[i]) {
    putPair(bytes, start + TIME_BYTES - 2, epochS - minute * 60, key);
    return;
  }
  layout.minutes[i] = minute;
  const isStamp = kinds[i] === SlotKind.timestamp;
  put(bytes, start, timeBytes(epochS, isStamp ? 0x54 : 0x20), 0, TIME_BYTES, key);
  if (isStamp && zone === 'Z') bytes[start + TIME_BYTES] = 0x5a ^ key;
}

function putText(
  bytes: Buffer,
  at: number,
  { textBytes, textStarts, textEnds }: SlotValues,
  slot: number,
  key: MaskKey,
): void {
  put(bytes, at, textBytes[slot], textStarts[slot], textEnds[slot], key);
}

function put(
  bytes: Buffer,
  at: number,
  source: Uint8Array,
  from: number,
  to: number,
  key: MaskKey,
): void {
  const shift = at - from;
  for (let i = from; i < to; i++) bytes[shift + i] = source[i] ^ key;
}
