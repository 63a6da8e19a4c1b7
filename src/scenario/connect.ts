import type { Duration, Rate } from '../base/units.ts';
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
export function fullJitter(options: { base: Duration; max: Duration }): ReconnectPolicy {
  return { reconnect: 'fullJitter', ...options };
}

/**
 * Every charger waits the same time, and up to `jitter` more.
 * @example reconnect: fixed({ delay: '30s', jitter: '5s' })
 */
export function fixed(options: { delay: Duration; jitter?: Duration }): ReconnectPolicy {
  return { reconnect: 'fixed', ...options };
}

/**
 * Before attempt n a charger waits `min(max, base x factor^n)`; factor 2 by default.
 * @example reconnect: exponential({ base: '1s', max: '5m' })
 */
export function exponential(options: {
  base: Duration;
  max: Duration;
  factor?: number;
}): ReconnectPolicy {
  return { reconnect: 'exponential', ...options };
}

/**
 * At once: the worst storm that OCPP 1.6 allows. Failed attempts are 100 ms apart.
 * @example reconnect: immediate({ attempts: 5 })
 */
export function immediate(options: { attempts?: number } = {}): ReconnectPolicy {
  return { reconnect: 'immediate', ...options };
}

/**
 * Never again: a charger that has lost its connection stays away.
 * @example reconnect: none()
 */
export function none(): ReconnectPolicy {
  return { reconnect: 'none' };
}

/**
 * Identities from a CSV file beside the scenario, with a header line.
 * @example identities: csv('chargers.csv')
 */
export function csv(file: string): CsvIdentities {
  return { csv: file };
}
