/** Reads result files, and says of every other file what is wrong with it. */
import fs from 'node:fs';
import { UserError } from '../base/errors.ts';
import type { Delta } from '../snapshot/delta.ts';
import { type BlockLimits, decodeBlock } from './block.ts';
import { DamagedBytes } from './bytes.ts';
import { FORMAT_VERSION, type Frame, partsOf, readFrame, START_BYTES, versionOf } from './frame.ts';
import { type LayoutNames, layoutNames, type PlaceMap, placeMap } from './layout-names.ts';
import type { ResultFile, ResultFooter, ResultHeader } from './types.ts';

/**
 * The whole file is checked at once, its intervals are unpacked as they are asked for.
 * @throws UserError when it cannot be read, is none, is damaged, or is of a later format.
 */
export function openResult(file: string): ResultFile {
  return readResult(readBytes(file), file);
}

function readBytes(file: string): Uint8Array {
  const hint = 'it takes a file that `ocpp-load run --out` wrote';
  try {
    const stat = fs.statSync(file);
    if (stat.isDirectory()) throw new UserError(`${file} is a folder`, hint);
    if (!stat.isFile()) throw new UserError(`${file} is no file`, hint);
    return fs.readFileSync(file);
  } catch (error) {
    if (error instanceof UserError) throw error;
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UserError(`${file} does not exist`, 'check its path');
    throw new UserError(`${file} cannot be read (${code})`, hint);
  }
}

/** The same of bytes; `file` names them in messages. */
export function readResult(bytes: Uint8Array, file: string): ResultFile {
  checkStart(bytes, file);
  const { frames, whole } = framesOf(bytes, file);
  const header = headerOf(frames[0], file);
  const footerFrame = frames.at(-1)?.kind === 'footer' ? frames.at(-1) : undefined;
  const footer = footerFrame ? parseFrame<ResultFooter>(footerFrame, file) : null;
  const blocks = frames.filter(({ kind }) => kind === 'intervals');
  const maps = mapsOf(header, file);
  const limits: BlockLimits = {
    fleetCount: header.fleets.length,
    counters: maps.counters.places.length,
    histograms: maps.histograms.places.length,
    slots: header.layout.buckets.slots,
  };
  return {
    file,
    header,
    footer,
    warnings: warningsOf(file, footer, whole, maps),
    *intervals() {
      for (const frame of blocks) {
        const decode = () => decodeBlock(partsOf(frame), limits);
        for (const interval of intact(decode, frame.start, file)) {
          yield maps.same ? interval : { ...interval, delta: moved(interval.delta, maps) };
        }
      }
    },
  };
}

function checkStart(bytes: Uint8Array, file: string): void {
  const version = versionOf(bytes);
  const hint = 'it takes a file that `ocpp-load run --out` wrote';
  if (bytes.length === 0) throw new UserError(`${file} is empty`, hint);
  if (version === null) throw new UserError(`${file} is no result file of ocpp-load`, hint);
  if (version === FORMAT_VERSION) return;
  throw new UserError(
    `${file} is of format ${version}, this ocpp-load reads format ${FORMAT_VERSION}`,
    'read it with the version of ocpp-load that wrote it, or a later one',
  );
}

/** `whole`: nothing follows the last frame. */
function framesOf(bytes: Uint8Array, file: string): { frames: Frame[]; whole: boolean } {
  const frames: Frame[] = [];
  let at = START_BYTES;
  while (at < bytes.length) {
    if (frames.at(-1)?.kind === 'footer') throw damaged(file, at, 'something follows its end');
    const frame = intact(() => readFrame(bytes, at, frames.length), at, file);
    if (frame === null) break;
    if ((frame.kind === 'header') !== (frames.length === 0)) {
      throw damaged(file, at, 'its parts are in the wrong order');
    }
    frames.push(frame);
    at = frame.end;
  }
  return { frames, whole: at === bytes.length };
}

function headerOf(frame: Frame | undefined, file: string): ResultHeader {
  if (frame === undefined) {
    throw new UserError(`${file} ends within its header: the run had not begun`, 'repeat the run');
  }
  return parseFrame(frame, file);
}

function parseFrame<T>(frame: Frame, file: string): T {
  const [text = Buffer.alloc(0)] = intact(() => partsOf(frame), frame.start, file);
  try {
    return JSON.parse(Buffer.from(text).toString('utf8')) as T;
  } catch {
    throw damaged(file, frame.start, `its ${frame.kind} is no JSON`);
  }
}

/** What `read` gives, its `DamagedBytes` as an error that names the file and the place. */
function intact<T>(read: () => T, at: number, file: string): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DamagedBytes ? damaged(file, at, error.message) : error;
  }
}

const damaged = (file: string, at: number, reason: string) =>
  new UserError(
    `${file} is damaged at byte ${at}: ${reason}`,
    'copy it again from where the run wrote it; none of its figures can be trusted',
  );

interface Maps {
  readonly counters: PlaceMap;
  readonly histograms: PlaceMap;
  /** The file has our layout. */
  readonly same: boolean;
}

function mapsOf({ layout, fleets }: ResultHeader, file: string): Maps {
  const ours = layoutNames();
  const equal = (key: keyof LayoutNames) =>
    JSON.stringify(layout[key]) === JSON.stringify(ours[key]);
  if (!equal('buckets')) {
    throw new UserError(
      `${file} has histograms with other buckets than this ocpp-load`,
      'read it with the version of ocpp-load that wrote it',
    );
  }
  return {
    counters: placeMap(layout.counters, ours.counters, fleets.length),
    histograms: placeMap(layout.histograms, ours.histograms, fleets.length),
    same: equal('counters') && equal('histograms'),
  };
}

function warningsOf(
  file: string,
  footer: ResultFooter | null,
  whole: boolean,
  { counters, histograms }: Maps,
): string[] {
  const unknown = [...counters.unknown, ...histograms.unknown];
  const cut = whole ? '' : ', and its last block is cut off';
  return [
    ...(footer === null
      ? [`${file} has no end${cut}: the run was killed; what follows is up to its last whole block`]
      : []),
    ...(unknown.length > 0
      ? [`${file} counts what this ocpp-load does not know: ${unknown.join(', ')}`]
      : []),
  ];
}

/** A delta in our layout, without what is unknown here. */
function moved(delta: Delta, { counters, histograms }: Maps): Delta {
  const known = Array.from(delta.counterPlaces, (place, i) => ({
    place: counters.places[place],
    change: delta.counterChanges[i],
  }))
    .filter(({ place }) => place >= 0)
    .sort((a, b) => a.place - b.place);
  return {
    fleetCount: delta.fleetCount,
    counterPlaces: Uint32Array.from(known, ({ place }) => place),
    counterChanges: Float64Array.from(known, ({ change }) => change),
    histograms: delta.histograms
      .map((each) => ({ ...each, histogram: histograms.places[each.histogram] }))
      .filter(({ histogram }) => histogram >= 0)
      .sort((a, b) => a.histogram - b.histogram),
  };
}
