/**
 * A message of an agent as bytes: a frame as a result file has them, with its checksum. Its first
 * part is the head as JSON, the others are the block of its intervals, if there are any.
 */
import { decodeBlock, encodeBlock } from '../result/block.ts';
import { DamagedBytes } from '../result/bytes.ts';
import { encodeFrame, partsOf, readFrame } from '../result/frame.ts';
import { HDR_SLOTS } from '../snapshot/hdr.ts';
import { counterSlots, histogramCount } from '../snapshot/layout.ts';
import type { Up, UpMark } from './up.ts';
import {
  areIntervals,
  isUpHead,
  isUpMark,
  MOST_STACK_CHARACTERS,
  MOST_WORDS_CHARACTERS,
  type UpHead,
} from './up-shapes.ts';

/** What a bus takes as one message (the default of NATS is 1 MiB), less what it adds itself. */
export const MAX_UP_BYTES = 1_000_000;
/** Of a message after inflation: a bomb is none of ours. */
const MAX_INFLATED_BYTES = 64e6;

/** Its length is up to the caller: see `MAX_UP_BYTES`. */
export function encodeUp(mark: UpMark, up: Up): Uint8Array {
  const block = up.type === 'intervals' ? encodeBlock(up.intervals) : [];
  const head = { ...mark, up: up.type === 'intervals' ? { type: up.type } : clipped(up) };
  return encodeFrame('intervals', 0, [Buffer.from(JSON.stringify(head)), ...block]);
}

const clip = (text: string, most = MOST_WORDS_CHARACTERS) => text.slice(0, most);

/** What people wrote or read may be of any length: who hears us reads so much of it. */
function clipped(up: Exclude<Up, { type: 'intervals' }>): typeof up {
  if (up.type === 'event') return { ...up, event: { ...up.event, text: clip(up.event.text) } };
  if (up.type === 'refused') return { ...up, message: clip(up.message), hint: clip(up.hint) };
  if (up.type !== 'ended' || up.end.error === null) return up;
  const { message, stack } = up.end.error;
  const error = { message: clip(message), stack: clip(stack, MOST_STACK_CHARACTERS) };
  return { ...up, end: { ...up.end, error } };
}

export interface DecodedUp {
  readonly mark: UpMark;
  readonly up: Up;
}

/**
 * @param fleetCount of the plan: deltas of other fleets are damage.
 * @throws DamagedBytes for whatever `encodeUp` cannot have made, whoever sent it.
 */
export function decodeUp(bytes: Uint8Array, fleetCount: number): DecodedUp {
  if (bytes.length > MAX_UP_BYTES) throw new DamagedBytes('it is too long');
  const frame = readFrame(bytes, 0, 0);
  if (frame === null) throw new DamagedBytes('it ends too early');
  if (frame.end !== bytes.length) throw new DamagedBytes('something follows its end');
  const [head, ...block] = partsOf(frame, MAX_INFLATED_BYTES);
  const { mark, up } = headOf(head);
  if (up.type !== 'intervals') {
    if (block.length > 0) throw new DamagedBytes('something follows its head');
    return { mark, up };
  }
  const counters = counterSlots(fleetCount);
  const limits = { fleetCount, counters, histograms: histogramCount(fleetCount) };
  const intervals = decodeBlock(block, { ...limits, slots: HDR_SLOTS });
  if (!areIntervals(intervals)) throw new DamagedBytes('its intervals are none of a run');
  return { mark, up: { type: 'intervals', intervals } };
}

function headOf(head: Uint8Array | undefined): { readonly mark: UpMark; readonly up: UpHead } {
  let value: unknown = null;
  try {
    value = JSON.parse(Buffer.from(head ?? []).toString('utf8'));
  } catch {}
  if (!isUpMark(value)) throw new DamagedBytes('its mark is wrong');
  const { share, epoch, sequence } = value;
  const up: unknown = Object.getOwnPropertyDescriptor(value, 'up')?.value;
  if (!isUpHead(up)) throw new DamagedBytes('its head is wrong');
  return { mark: { share, epoch, sequence }, up };
}

/** Equal for what is the same message: a log keeps the first of them. */
export const upId = ({ share, epoch, sequence }: UpMark) => `${share}-${epoch}-${sequence}`;
