import { UserError } from '../../src/base/errors.ts';
import { tonly48A } from '../../src/chargers/tonly48a.ts';
import { life } from '../../src/scenario/life.ts';
import type { Fleet, Scenario } from '../../src/scenario/types.ts';

/** A scenario without mistakes, to spoil one thing at a time. */
export function goodFleet(changes: object = {}): Fleet {
  return { name: 'a', chargers: 5, model: tonly48A(), life: life().boot(), ...changes };
}

export function goodScenario(changes: object = {}, fleet: object = {}): Scenario {
  return { target: 'embedded', duration: '2m', fleets: [goodFleet(fleet)], ...changes };
}

/** What the user reads: message and hint of the UserError that `act` throws. */
export function mistakeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof UserError) return `${error.message}\n${error.hint}`;
    throw error;
  }
  throw new Error('no UserError was thrown');
}
