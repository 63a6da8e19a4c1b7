import { UserError } from '../base/errors.ts';
import { parseDurationNs, parseRatePerS } from '../base/units.ts';
import type { CommandPlan, EmbeddedOutage, EmbeddedStall } from '../scenario/command-plan.ts';
import type { EmbeddedDelay, EmbeddedOptions, ServiceTime } from '../scenario/types.ts';
import { type Order, ordersOf } from './commands/plan.ts';
import { DELAY_FORMS, delaySampler } from './delay.ts';
import { checkFaults, type Faults } from './faults.ts';

/** Plain data, so that it can go to another process. Everything has a default. */
export interface CsmsOptions {
  /** Address to listen on. Default 127.0.0.1. */
  readonly host?: string;
  /** 0 (the default) takes any free port. */
  readonly port?: number;
  /** Heartbeat interval in BootNotification.conf, whole seconds. Default 60. */
  readonly intervalS?: number;
  /** Time before an answer, resolution 1 ms. Default none. */
  readonly delay?: EmbeddedDelay;
  /** Times when it reads but does not answer. Default none. */
  readonly stall?: Stall;
  /** Share of CALLs answered with CALLERROR InternalError, 0 to 1. */
  readonly errorRate?: number;
  /** Share of CALLs never answered, 0 to 1. */
  readonly silence?: number;
  /** Share of CALLs whose connection is cut instead of answered, 0 to 1. */
  readonly drop?: number;
  /** Of the switches above; each charger has its own stream. Default 0. */
  readonly seed?: number;
  /** PEM texts; serves wss:// instead of ws://. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** When set, Basic authentication must give the identity and this password; else 401. */
  readonly expectedPassword?: string;
  /** When set, any other identity gets 404. */
  readonly knownIdentities?: readonly string[];
  /** idTags that are answered Blocked; every other one is Accepted. */
  readonly blockedIdTags?: readonly string[];
  /** Refuses CALLs before an accepted boot (OCPP 1.6, 4.2) with CALLERROR SecurityError. */
  readonly requireBoot?: boolean;
  /**
   * Answers a StartTransaction that repeats one under way (same connector, idTag, timestamp and
   * meterStart) with its transactionId; without it, it is booked again. Both are counted.
   */
  readonly deduplicate?: boolean;
  /** What it sends to its chargers. */
  readonly commands?: readonly CommandPlan[];
  /** Times when it is not there, counted from when it listens. */
  readonly outages?: readonly Outage[];
  /** File for its transactions as CSV, written when its own process stops; see `records.ts`. */
  readonly exportTransactions?: string;
  /** Misbehaviour for tests. */
  readonly faults?: Faults;
  /** Answers cheaply and keeps nothing; what it cannot do is refused, see `light/options.ts`. */
  readonly light?: boolean;
  /** Of the light one, on one port. Default 1. */
  readonly processes?: number;
  /** Each of them listens on a port of its own, from `port` on. */
  readonly separatePorts?: boolean;
  /** CALLs a second that a process of the light one answers. Default: as fast as it can. */
  readonly serviceRatePerS?: number;
  /** Default constant. */
  readonly serviceTime?: ServiceTime;
}

/** Stalls begin at every multiple of `everyMs` but 0, counted from when it listens. */
export interface Stall {
  readonly everyMs: number;
  readonly forMs: number;
}

/** Every connection is cut without a close frame, and none is let in until it is over. */
export interface Outage {
  readonly afterMs: number;
  readonly forMs: number;
  /** Upgrades get 503 (default), or nobody listens. */
  readonly how?: 'refuses' | 'unreachable';
}

export type Settings = Readonly<
  Required<
    Omit<
      CsmsOptions,
      | 'delay'
      | 'stall'
      | 'tls'
      | 'expectedPassword'
      | 'knownIdentities'
      | 'commands'
      | 'exportTransactions'
      | 'light'
      | 'processes'
      | 'separatePorts'
      | 'serviceRatePerS'
      | 'serviceTime'
    >
  >
> & {
  readonly orders: readonly Order[];
  readonly tls: CsmsOptions['tls'] | null;
  readonly expectedPassword: string | null;
  readonly knownIdentities: ReadonlySet<string> | null;
  /** null: answers at once. */
  readonly delayMs: (() => number) | null;
  readonly stall: Stall | null;
};

/** Throws `UserError` unless `value` is a share; `name` and `text` are what the user wrote. */
export function checkShare(name: string, value: number, text = String(value)): number {
  if (value >= 0 && value <= 1) return value;
  throw new UserError(`${name} is ${text}`, `${name} is a share from 0 to 1, such as 0.01`);
}

export function checkInteger(
  name: string,
  value: number,
  max: number,
  text = String(value),
): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new UserError(`${name} is ${text}`, `${name} is a whole number from 0 to ${max}`);
}

export const MAX_PORT = 65_535;
export const MAX_SEED = 0xffff_ffff;
const MAX_INTERVAL_S = 0x7fff_ffff;
const MAX_TIMER_MS = 0x7fff_ffff;

/** Fills in the defaults; throws `UserError` for a value that cannot be. */
export function csmsSettings(options: CsmsOptions): Settings {
  const seed = checkInteger('seed', options.seed ?? 0, MAX_SEED);
  const delayMs = options.delay === undefined ? null : delaySampler(options.delay, seed);
  if (delayMs === undefined) {
    throw new UserError(
      `delay is ${JSON.stringify(options.delay)}`,
      `delay is like ${DELAY_FORMS}`,
    );
  }
  const shares = {
    errorRate: checkShare('errorRate', options.errorRate ?? 0),
    silence: checkShare('silence', options.silence ?? 0),
    drop: checkShare('drop', options.drop ?? 0),
  };
  const sum = shares.errorRate + shares.silence + shares.drop;
  if (sum > 1 + 1e-9) {
    const hint = 'a CALL has one fate: together they may be at most 1';
    throw new UserError(`errorRate + silence + drop is ${Number(sum.toFixed(9))}`, hint);
  }
  // Node would listen on every address of the machine.
  if (options.host === '') throw new UserError('host is empty', 'it is an address, as 127.0.0.1');
  return {
    host: options.host ?? '127.0.0.1',
    port: checkInteger('port', options.port ?? 0, MAX_PORT),
    intervalS: checkInteger('intervalS', options.intervalS ?? 60, MAX_INTERVAL_S),
    delayMs,
    stall: checkStall(options.stall ?? null),
    ...shares,
    seed,
    tls: options.tls ?? null,
    expectedPassword: options.expectedPassword ?? null,
    knownIdentities: options.knownIdentities ? new Set(options.knownIdentities) : null,
    blockedIdTags: options.blockedIdTags ?? [],
    requireBoot: options.requireBoot ?? false,
    deduplicate: options.deduplicate ?? false,
    orders: ordersOf(options.commands ?? []),
    outages: checkOutages(options.outages ?? []),
    faults: checkFaults(options.faults ?? {}),
  };
}

function checkStall(stall: Stall | null): Stall | null {
  if (stall === null) return null;
  checkInteger('stall.everyMs', stall.everyMs, MAX_TIMER_MS);
  checkInteger('stall.forMs', stall.forMs, MAX_TIMER_MS);
  if (stall.forMs < stall.everyMs) return stall;
  throw new UserError(`stall.forMs is ${stall.forMs}`, 'it is less than stall.everyMs');
}

function checkOutages(outages: readonly Outage[]): readonly Outage[] {
  let overMs = 0;
  outages.forEach(({ afterMs, forMs }, index) => {
    checkInteger(`outages[${index}].afterMs`, afterMs, MAX_TIMER_MS);
    checkInteger(`outages[${index}].forMs`, forMs, MAX_TIMER_MS);
    if (afterMs < overMs) {
      const hint = 'outages stand in their order and do not overlap';
      throw new UserError(`outages[${index}].afterMs is ${afterMs}`, hint);
    }
    overMs = afterMs + forMs;
  });
  return outages;
}

/** `'60s'` -> 60; OCPP 1.6 knows whole seconds only. `name` is how the user wrote the option. */
export function intervalSeconds(name: string, text: string): number {
  const intervalS = (parseDurationNs(text) ?? Number.NaN) / 1e9;
  if (Number.isInteger(intervalS) && intervalS <= MAX_INTERVAL_S) return intervalS;
  throw new UserError(`${name} is '${text}'`, `${name} is in whole seconds, such as 60s or 5m`);
}

/** A scenario's `embedded` as options of the central system. */
export function csmsOptionsOf(embedded: EmbeddedOptions, seed: number): CsmsOptions {
  const { interval, outages, stall, serviceRate, ...same } = embedded;
  const intervalS = interval === undefined ? 60 : intervalSeconds('embedded.interval', interval);
  return {
    ...same,
    intervalS,
    seed,
    ...(outages === undefined ? {} : { outages: outages.map(outageOf) }),
    ...(stall === undefined ? {} : { stall: stallOf(stall) }),
    ...(serviceRate === undefined ? {} : { serviceRatePerS: parseRatePerS(serviceRate) }),
  };
}

const stallOf = ({ every, for: length }: EmbeddedStall): Stall => ({
  everyMs: wholeMs(every),
  forMs: wholeMs(length),
});

const outageOf = ({ after, for: length, how }: EmbeddedOutage): Outage => ({
  afterMs: wholeMs(after),
  forMs: wholeMs(length),
  how,
});
const wholeMs = (text: string) => Math.round((parseDurationNs(text) ?? Number.NaN) / 1e6);
