/** A run in the store: offered by one coordinator, found again by the next. */

import { UserError } from '../base/errors.ts';
import { type Bus, BusError, type RunSpace } from '../bus/bus.ts';
import { parse, toBytes } from '../share/json.ts';
import type { RunRecord, SignedRecord } from '../share/records.ts';
import { bundleKey, CONTROL_KEY, RUN_KEY, shareKey } from '../share/subjects.ts';
import { FIRST_OFFER } from './offers.ts';
import { untilDone } from './retry.ts';

/** For a bus that is away, or slow, before there is a run. */
const OPEN_MS = 30_000;

/**
 * Puts all into the store that an agent needs; the shares last, so that whoever finds one free
 * finds the rest. @throws UserError when there is a run of that id.
 */
export async function offerRun(
  bus: Bus,
  { runId, shares }: Pick<RunRecord, 'runId' | 'shares'>,
  signed: SignedRecord,
  chunks: readonly Uint8Array[],
): Promise<RunSpace> {
  const over = AbortSignal.timeout(OPEN_MS);
  const space = await created(bus, runId);
  const put = (key: string, value: Uint8Array) => untilDone(() => putOnce(space, key, value), over);
  try {
    for (const [i, chunk] of chunks.entries()) await put(bundleKey(i), chunk);
    await put(CONTROL_KEY, toBytes({ orders: [] }));
    await put(RUN_KEY, toBytes(signed));
    for (let share = 0; share < shares; share++) await put(shareKey(share), toBytes(FIRST_OFFER));
    return space;
  } catch (error) {
    // Half a run is of no use to anybody, and would be there for a week.
    await bus.removeRun(runId).catch(() => undefined);
    throw error;
  }
}

async function created(bus: Bus, runId: string): Promise<RunSpace> {
  try {
    return await bus.createRun(runId);
  } catch (error) {
    if (!(error instanceof BusError) || error.fault !== 'conflict') throw error;
    throw new UserError(
      `there is a run ${runId} already`,
      `--resume ${runId} goes on with it; another --run-id begins a new one`,
    );
  }
}

/** A put whose confirmation was lost is there already. */
async function putOnce(space: RunSpace, key: string, value: Uint8Array): Promise<void> {
  try {
    await space.put(key, value, 0);
  } catch (error) {
    if (!(error instanceof BusError) || error.fault !== 'conflict') throw error;
    const there = await space.get(key);
    if (there === null || !Buffer.from(there.value).equals(value)) throw error;
  }
}

export interface OpenedRun {
  readonly space: RunSpace;
  /** As it was written, by whomever: for `openRecord`. */
  readonly signed: unknown;
  chunks(count: number): Promise<Uint8Array[]>;
}

/** @throws UserError when there is no such run, or not all of it. */
export async function openRun(bus: Bus, runId: string): Promise<OpenedRun> {
  const over = AbortSignal.timeout(OPEN_MS);
  const space = await untilDone(() => bus.openRun(runId), over).catch((error) => {
    if (error instanceof BusError && error.fault === 'missing') throw noRun(runId);
    throw error;
  });
  const read = async (key: string) => {
    const entry = await untilDone(() => space.get(key), over);
    if (entry === null) throw notWhole(runId);
    return entry.value;
  };
  const signed = parse(await read(RUN_KEY));
  return {
    space,
    signed,
    async chunks(count) {
      const chunks: Uint8Array[] = [];
      for (let i = 0; i < count; i++) chunks.push(await read(bundleKey(i)));
      return chunks;
    },
  };
}

/** There is none, or only the beginning of one. */
export class NoRun extends UserError {}

const noRun = (runId: string) =>
  new NoRun(
    `there is no run ${runId} to go on with`,
    'a run that has ended is taken away; without --resume a new one begins',
  );

const notWhole = (runId: string) =>
  new NoRun(
    `run ${runId} was never offered whole`,
    'its coordinator ended too early: begin it again with another --run-id',
  );
