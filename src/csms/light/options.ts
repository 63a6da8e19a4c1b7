/** What the light central system can do, and what it refuses rather than leaves out silently. */
import { UserError } from '../../base/errors.ts';
import { parseDurationNs } from '../../base/units.ts';
import {
  isWanted,
  MAX_PROCESSES,
  NOT_LIGHT,
  SERVICE_TIMES,
} from '../../scenario/validate-light.ts';
import { type CsmsOptions, csmsSettings, type Settings } from '../options.ts';
import type { Service } from './queue.ts';

export interface LightSettings extends Pick<Settings, 'host' | 'port' | 'intervalS'> {
  /** null: answers at once. */
  readonly service: Service | null;
}

/** Options of a caller's own, beside those that a scenario has. */
const NOT_LIGHT_EITHER = [
  ...['tls', 'expectedPassword', 'knownIdentities', 'blockedIdTags', 'requireBoot', 'faults'],
] as const satisfies readonly (keyof CsmsOptions)[];

const NEEDS_LIGHT = ['serviceRatePerS', 'serviceTime', 'processes', 'separatePorts'] as const;

/** How the user wrote an option, such as `--silence`. */
export type NameOf = (option: keyof CsmsOptions) => string;

/** Throws `UserError` for options that do not go together. */
export function checkTogether(options: CsmsOptions, nameOf: NameOf = (name) => name): void {
  if (options.light !== true) {
    const name = NEEDS_LIGHT.find((each) => options[each] !== undefined);
    if (name === undefined) return;
    const why =
      name === 'processes' || name === 'separatePorts'
        ? 'the full one knows its chargers, and what one process knows another does not'
        : 'only that one is a queue of known capacity';
    throw new UserError(`${nameOf(name)} needs ${nameOf('light')}`, why);
  }
  const name = [...NOT_LIGHT, ...NOT_LIGHT_EITHER].find((each) => isWanted(options[each]));
  if (name !== undefined) {
    throw new UserError(
      `${nameOf(name)} does not go with ${nameOf('light')}`,
      `the full central system can do it: leave ${nameOf('light')} out`,
    );
  }
  if (options.separatePorts === true && options.processes === undefined) {
    throw new UserError(
      `${nameOf('separatePorts')} needs ${nameOf('processes')}`,
      'one process has one port: say how many there are',
    );
  }
  const { processes = 1 } = options;
  if (!Number.isInteger(processes) || processes < 1 || processes > MAX_PROCESSES) {
    const hint = `it is a whole number from 1 to ${MAX_PROCESSES}`;
    throw new UserError(`${nameOf('processes')} is ${processes}`, hint);
  }
  checkQueue(options, nameOf);
}

const MAX_RATE_PER_S = 1_000_000;
export const RATE_FORMS = `CALLs a second that a process serves, such as 2000/s`;

function checkQueue({ delay, serviceRatePerS, serviceTime }: CsmsOptions, nameOf: NameOf): void {
  if (delay !== undefined && parseDurationNs(delay) === undefined) {
    throw new UserError(
      `${nameOf('delay')} is ${JSON.stringify(delay)}, which does not go with ${nameOf('light')}`,
      'the delay of the light central system is constant, such as 5ms',
    );
  }
  if (
    serviceRatePerS !== undefined &&
    !(serviceRatePerS > 0 && serviceRatePerS <= MAX_RATE_PER_S)
  ) {
    throw new UserError(`${nameOf('serviceRatePerS')} is ${serviceRatePerS}`, RATE_FORMS);
  }
  if (serviceTime === undefined) return;
  if (!SERVICE_TIMES.includes(serviceTime)) {
    const hint = `it is one of: ${SERVICE_TIMES.join(', ')}`;
    throw new UserError(`${nameOf('serviceTime')} is '${serviceTime}'`, hint);
  }
  if (serviceRatePerS !== undefined) return;
  const message = `${nameOf('serviceTime')} needs ${nameOf('serviceRatePerS')}`;
  throw new UserError(message, RATE_FORMS);
}

/** Fills in the defaults; throws `UserError` for a value that cannot be. */
export function lightSettings(options: CsmsOptions): LightSettings {
  checkTogether(options);
  const { host, port, intervalS, seed } = csmsSettings(options);
  const { serviceRatePerS: ratePerS = Number.POSITIVE_INFINITY, serviceTime, delay } = options;
  const delayMs = (parseDurationNs(delay) ?? 0) / 1e6;
  const isQueued = ratePerS < Number.POSITIVE_INFINITY || delayMs > 0;
  const service = { ratePerS, time: serviceTime ?? 'constant', delayMs, seed };
  return { host, port, intervalS, service: isQueued ? service : null };
}
