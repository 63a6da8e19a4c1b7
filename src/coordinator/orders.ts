/** The orders of a run: one entry of its store, which only its coordinator changes. */

import { UserError } from '../base/errors.ts';
import { BusError, type RunSpace } from '../bus/bus.ts';
import { readControl, toBytes } from '../share/json.ts';
import type { Order } from '../share/records.ts';
import { CONTROL_KEY } from '../share/subjects.ts';
import { untilDone, untilDoneBy } from './retry.ts';

export interface Orders {
  given(): readonly Order[];
  /**
   * Resolves when all agents will see it, whenever that is; one after the other.
   * @throws UserError when somebody else gives orders, BusError when `over` has aborted.
   */
  give(order: Order): Promise<void>;
}

/** Reads what was ordered already. @param over ends every wait. */
export async function ordersOf(space: RunSpace, over: AbortSignal): Promise<Orders> {
  const read = () => space.get(CONTROL_KEY);
  const entry = await untilDoneBy(read, over, 'its orders could not be read');
  let orders: readonly Order[] = entry === null ? [] : ordersIn(entry.value);
  let revision = entry?.revision ?? 0;
  let queue: Promise<void> = Promise.resolve();
  const put = async (order: Order) => {
    const wanted = [...orders, order];
    revision = await untilDone(() => putAs(space, wanted, revision), over);
    orders = wanted;
  };
  return {
    given: () => orders,
    give(order) {
      const done = queue.then(() => put(order));
      queue = done.catch(() => undefined);
      return done;
    },
  };
}

/** A put whose confirmation was lost is found to be there already. */
async function putAs(space: RunSpace, orders: readonly Order[], revision: number): Promise<number> {
  const value = toBytes({ orders });
  try {
    return await space.put(CONTROL_KEY, value, revision);
  } catch (error) {
    if (!(error instanceof BusError) || error.fault !== 'conflict') throw error;
    const there = await space.get(CONTROL_KEY);
    if (there !== null && Buffer.from(there.value).equals(value)) return there.revision;
    throw new Replaced();
  }
}

function ordersIn(bytes: Uint8Array): readonly Order[] {
  const control = readControl(bytes);
  if (control !== null) return control.orders;
  throw new UserError(
    'the orders of this run cannot be read',
    'start it again: its id is new then',
  );
}

/** Two coordinators would order different things: the one that came last goes on. */
export class Replaced extends UserError {
  constructor() {
    super(
      'another coordinator goes on with this run',
      'it has all that was recorded and reports the run; one at a time can',
    );
  }
}
