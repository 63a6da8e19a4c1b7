import type { Rate } from '../base/units.ts';
import type {
  ConnectProfile,
  CsvIdentities,
  RampOptions,
  RateProfile,
  RateStage,
  ReconnectPolicy,
} from './types.ts';

/**
 * Chargers connect one after the other over a time.
 * @example connect: ramp({ over: '20s' })
 */
export function ramp(options: RampOptions): ConnectProfile {
  return { profile: 'ramp', ...options };
}

/** Every charger connects at the start of the run: a power cut has ended. */
export function allAtOnce(): ConnectProfile {
  return { profile: 'allAtOnce' };
}

/**
 * A constant rate, of connects or of arriving cars.
 * @example arrivals: rate('20/s')
 */
export function rate(perTime: Rate): RateProfile {
  return { profile: 'rate', rate: perTime };
}

/**
 * A rate in straight lines, of connects or of arriving cars; the first starts at 0.
 * @example arrivals: stages([{ duration: '1m', to: '10/s' }, { duration: '5m', to: '10/s' }])
 */
export function stages(list: readonly RateStage[]): RateProfile {
  return { profile: 'stages', stages: list };
}

/**
 * Before attempt n a charger waits `random() x min(max, base x 2^n)`.
 * @example reconnect: fullJitter({ base: '1s', max: '60s' })
 */
export function fullJitter(options: Omit<ReconnectPolicy, 'reconnect'>): ReconnectPolicy {
  return { reconnect: 'fullJitter', ...options };
}

/**
 * Identities from a CSV file beside the scenario, with a header line.
 * @example identities: csv('chargers.csv')
 */
export function csv(file: string): CsvIdentities {
  return { csv: file };
}
