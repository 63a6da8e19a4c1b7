/** Turns a run into the bytes of a result file, as it goes. */
import type { Interval } from '../series/interval.ts';
import { joinIntervals, joinsInto } from '../series/join.ts';
import { encodeBlock } from './block.ts';
import { nextStepS } from './coarser.ts';
import { encodeFrame, type FrameKind, fileStart } from './frame.ts';
import type { ResultFooter, ResultHeader } from './types.ts';

/** A killed run loses no more than this. */
export const BLOCK_S = 60;
/** What a file is kept within, by making it coarser: see `coarser.ts`. */
export const MAX_BYTES = 50e6;

export interface ResultWriter {
  add(interval: Interval): void;
  /** Writes what is left, and the footer. */
  end(footer: Omit<ResultFooter, 'intervals'>): void;
}

/**
 * @param write takes bytes to append, those of the header at once. What it throws is passed on.
 */
export function resultWriter(
  header: ResultHeader,
  write: (bytes: Uint8Array) => void,
  maxBytes = MAX_BYTES,
): ResultWriter {
  const { rampS, warmupS, steadyS } = header.stages;
  const plannedS = rampS + warmupS + steadyS;
  let written = 0;
  let frames = 0;
  let intervals = 0;
  let stepS = 1;
  let block: Interval[] = [];
  const frame = (kind: FrameKind, parts: Uint8Array[]) => {
    const bytes = encodeFrame(kind, frames++, parts);
    written += bytes.length;
    write(bytes);
  };
  const flush = () => {
    if (block.length === 0) return;
    const before = written;
    frame('intervals', encodeBlock(block));
    intervals += block.length;
    const { toS } = block[block.length - 1];
    const leftS = Math.max(BLOCK_S, plannedS - toS);
    const lengthS = Math.max(1, toS - block[0].fromS);
    stepS = nextStepS(stepS, (written - before) / lengthS, (maxBytes - written) / leftS);
    block = [];
  };
  write(fileStart());
  frame('header', [json(header)]);
  return {
    add(interval) {
      const last = block.at(-1);
      if (last !== undefined && joinsInto(last, interval, stepS)) {
        block[block.length - 1] = joinIntervals(last, interval);
        return;
      }
      if (last !== undefined && interval.toS - block[0].fromS > BLOCK_S) flush();
      block.push(interval);
    },
    end(footer) {
      flush();
      frame('footer', [json({ ...footer, intervals })]);
    },
  };
}

const json = (value: unknown) => Buffer.from(JSON.stringify(value));
