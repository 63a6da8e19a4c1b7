/** How many chargers a machine can run, by its descriptors and its memory. */
import type { MachineFacts } from '../doctor/facts.ts';
import { memoryNeeded, mostChargers } from '../fleet/limits.ts';
import { chooseSpread, mostOfProcess, type SpreadWish } from '../fleet/spread.ts';

const MOST_CHARGERS = 1_000_000;
/** The forecast of memory is of what was measured elsewhere. */
const MEMORY_SHARE = 0.8;

type Facts = Pick<
  MachineFacts,
  'descriptors' | 'processors' | 'availableBytes' | 'groupMemoryBytes'
>;

/** The most chargers of one fleet that fit, at least 1. */
export function capacityOf(facts: Facts, wish: SpreadWish): number {
  let fits = 1;
  for (let step = 2 ** Math.floor(Math.log2(MOST_CHARGERS)); step >= 1; step /= 2) {
    if (fits + step <= MOST_CHARGERS && carries(fits + step, facts, wish)) fits += step;
  }
  return fits;
}

function carries(chargers: number, facts: Facts, wish: SpreadWish): boolean {
  const { descriptors, availableBytes, groupMemoryBytes } = facts;
  const plan = { fleets: [{ firstCharger: 0, chargerCount: chargers, arrivals: null }] };
  const spread = chooseSpread(plan, wish, facts);
  const most = mostChargers(descriptors ?? Number.POSITIVE_INFINITY);
  const free = Math.min(
    availableBytes ?? Number.POSITIVE_INFINITY,
    groupMemoryBytes ?? Number.POSITIVE_INFINITY,
  );
  return (
    mostOfProcess(plan, spread) <= most && memoryNeeded(chargers, spread) <= free * MEMORY_SHARE
  );
}
