import type { Scenario } from './types.ts';

/**
 * Types a scenario; the default export of a scenario file.
 * @example
 * export default defineScenario({
 *   target: 'embedded',
 *   duration: '2m',
 *   fleets: [{ name: 'car-park', chargers: 100, model: tonly48A(), life: life().boot() }],
 * });
 */
export function defineScenario(scenario: Scenario): Scenario {
  return Object.freeze(scenario);
}
