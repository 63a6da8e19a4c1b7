/** The light central system in a scenario: what it can be told, and what it does without. */
import { isRecord } from './checks.ts';
import { type Mistakes, wrongValue } from './mistakes.ts';
import type { EmbeddedOptions, ServiceTime } from './types.ts';

export const SERVICE_TIMES: readonly ServiceTime[] = ['constant', 'exponential'];

/** A process more costs memory; more than so many are a slip of the finger. */
export const MAX_PROCESSES = 64;

/** Options that the light central system does without, so that a CALL costs little. */
export const NOT_LIGHT = [
  ...(['stall', 'errorRate', 'silence', 'drop'] as const),
  ...(['commands', 'outages', 'deduplicate', 'exportTransactions'] as const),
] satisfies readonly (keyof EmbeddedOptions)[];

const NEED_LIGHT = ['processes', 'serviceRate', 'serviceTime'] as const;

/** `light` and what needs it or does not go with it, as one. */
export const checkLight = (mistakes: Mistakes, embedded: unknown): void => {
  if (!isRecord(embedded)) return;
  if (embedded.light !== true) {
    for (const name of NEED_LIGHT) {
      if (embedded[name] === undefined) continue;
      wrongValue(mistakes, `embedded.${name}`, embedded[name], 'needs `light`', 'light: true');
    }
    return;
  }
  for (const name of NOT_LIGHT) {
    if (!isWanted(embedded[name])) continue;
    const fix = 'leave one of them out';
    wrongValue(mistakes, `embedded.${name}`, embedded[name], 'does not go with `light`', fix);
  }
  if (isRecord(embedded.delay)) {
    const fix = "constant with `light`, such as '5ms'";
    wrongValue(mistakes, 'embedded.delay', embedded.delay, 'varies', fix);
  }
  if (embedded.serviceTime !== undefined && embedded.serviceRate === undefined) {
    const fix = "such as serviceRate: '2000/s'";
    wrongValue(mistakes, 'embedded.serviceTime', embedded.serviceTime, 'needs `serviceRate`', fix);
  }
};

/** A value that says no is none. */
export const isWanted = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false && value !== 0;
