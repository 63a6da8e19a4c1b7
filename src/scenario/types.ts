import type { Duration, Power, Rate } from '../base/units.ts';
import type { ChargerModel, Dialect } from '../chargers/model.ts';
import type { Action } from '../ocpp/actions.ts';
import type { ChargePointErrorCode, ChargePointStatus } from '../ocpp/vocabulary.ts';
import type { CommandPlan, EmbeddedOutage, EmbeddedStall } from './command-plan.ts';
import type { GeneratorOptions } from './generator.ts';
import type { Thresholds } from './threshold-types.ts';

/** A constant, or a distribution from which each charger draws with its own seeded stream. */
export type Distribution<Unit> =
  | Unit
  | { readonly exponential: Unit }
  | { readonly uniform: readonly [Unit, Unit] }
  | { readonly lognormal: { readonly median: Unit; readonly sigma: number } }
  | { readonly normal: { readonly mean: Unit; readonly sd: Unit } };

export type DurationDistribution = Distribution<Duration>;
export type PowerDistribution = Distribution<Power>;

/**
 * How long the embedded central system takes to answer; `mixture` has shares that are 1 together.
 * @example { mixture: [[0.9, '5ms'], [0.1, { exponential: '200ms' }]] }
 */
export type EmbeddedDelay =
  | DurationDistribution
  | { readonly mixture: readonly (readonly [share: number, delay: DurationDistribution])[] };

/** One step of a life, as the builder `life()` records it; plain data but for `script`. */
export type Step =
  | { readonly step: 'boot' }
  | { readonly step: 'idle'; readonly duration: DurationDistribution }
  | { readonly step: 'awaitArrival' }
  | { readonly step: 'status'; readonly status: ChargePointStatus; readonly errorCode: string }
  | { readonly step: 'authorize' }
  | { readonly step: 'start' }
  | {
      readonly step: 'charge';
      readonly duration: DurationDistribution;
      readonly power: PowerDistribution;
    }
  | { readonly step: 'stop' }
  | { readonly step: 'record' }
  | {
      readonly step: 'session';
      readonly duration: DurationDistribution;
      readonly power: PowerDistribution;
    }
  | { readonly step: 'churn'; readonly faults: number; readonly duration: DurationDistribution }
  | { readonly step: 'call'; readonly action: LoopAction }
  | { readonly step: 'repeat'; readonly times: number; readonly steps: readonly Step[] }
  | { readonly step: 'forever'; readonly steps: readonly Step[] }
  | { readonly step: 'script'; readonly run: Script };

/** The actions whose frame a charger can fill at any moment of its life. */
export const LOOP_ACTIONS = [
  'Heartbeat',
  'Authorize',
  'StatusNotification',
  'MeterValues',
  'DataTransfer',
] as const satisfies readonly Action[];
export type LoopAction = (typeof LOOP_ACTIONS)[number];

/** What a `script` step may do with its charger. */
export interface ScriptCharger {
  /** Index in the whole run, from 0. */
  readonly index: number;
  /** Number of the connector whose life it is, from 1. */
  readonly connector: number;
  readonly identity: string;
  readonly idTag: string;
  /** Milliseconds since the start of the run, on the run's clock. */
  nowMs(): number;
  /** Uniform in (0, 1), from the charger's own seeded stream. */
  random(): number;
  /** Waits on the run's clock. */
  sleep(duration: Duration): Promise<void>;
  /**
   * Sends one CALL and waits for its fate. `payload` is sent as written. Resolves for every fate:
   * `answered` with the CALLRESULT's payload, `callError` with `{ code, description }`.
   */
  call(action: Action, payload: object): Promise<ScriptReply>;
  /**
   * Ends the run: all chargers drain, the report shows the reason, exit code 108. It throws, so
   * that the script ends here.
   */
  abort(reason: string): never;
}
export interface ScriptReply {
  readonly fate: 'answered' | 'callError' | 'timedOut' | 'lost';
  readonly payload: unknown;
}
export type Script = (charger: ScriptCharger) => Promise<void>;

/** A rate of events: of connects for `connect`, of cars for `arrivals`. */
export type RateProfile =
  | { readonly profile: 'rate'; readonly rate: Rate }
  | { readonly profile: 'stages'; readonly stages: readonly RateStage[] };

/** For `duration`, the rate goes in a straight line from where it was (at first 0) to `to`. */
export interface RateStage {
  readonly duration: Duration;
  readonly to: Rate;
}

export interface RampOptions {
  /** From the first connect to the last. */
  readonly over: Duration;
  /** `'linear'` (default): an even rate; `'accelerating'`: the rate grows from 0. */
  readonly shape?: 'linear' | 'accelerating';
  /** Each charger connects up to this much later, uniformly. Default none. */
  readonly jitter?: Duration;
}

/** When chargers connect: data that the plan turns into arithmetic. */
export type ConnectProfile =
  | ({ readonly profile: 'ramp' } & RampOptions)
  | { readonly profile: 'allAtOnce' }
  | RateProfile;

/**
 * How a charger waits before it connects again; OCPP 1.6 defines no back-off, so storms are legal.
 * `attempt` counts the failed attempts since the last connection from 0.
 */
export type ReconnectPolicy =
  /** `delay`, and up to `jitter` more (uniform; default none). */
  | { readonly reconnect: 'fixed'; readonly delay: Duration; readonly jitter?: Duration }
  /** `min(max, base x factor^attempt)`; factor 2 by default. */
  | {
      readonly reconnect: 'exponential';
      readonly base: Duration;
      readonly max: Duration;
      readonly factor?: number;
    }
  /** A uniform share of `min(max, base x 2^attempt)`. */
  | { readonly reconnect: 'fullJitter'; readonly base: Duration; readonly max: Duration }
  /** At once, `attempts` times (default: for ever, but at most once in 100 ms). */
  | { readonly reconnect: 'immediate'; readonly attempts?: number }
  /** Never: the charger stays away. */
  | { readonly reconnect: 'none' };

/**
 * A constant, a pattern such as `'CP{n:6}'` (`n` counts the fleet's chargers from 1, padded with
 * zeros to 6 digits), or a function of the charger's index in its fleet, from 0. The patterns of a
 * model count over the whole run instead, so that fleets of one model never share an identity.
 */
export type TextSource = string | ((index: number) => string);
export interface IdentityOptions {
  /** At most 25 characters (a boot's serial number); unique over the run. Default: the model's. */
  readonly identity?: TextSource;
  /** For Basic authentication; `''` sends no Authorization header. Default: the model's. */
  readonly password?: TextSource;
  /** At most 20 characters (OCPP 1.6, IdToken). Default: the model's. */
  readonly idTag?: TextSource;
}
/**
 * A CSV file with a header line that names `identity`, and optionally `password` and `idTag`; the
 * path is relative to the scenario file. Other columns are ignored.
 */
export interface CsvIdentities {
  readonly csv: string;
}

export interface Fleet {
  /** Names the fleet in reports; letters, digits, `-` and `_`. */
  readonly name: string;
  /** How many chargers, 1 to 1 000 000. */
  readonly chargers: number;
  readonly model: ChargerModel;
  /** When they connect. Default: `ramp({ over: '10s' })`. */
  readonly connect?: ConnectProfile;
  /** What each of them does, from its boot on. */
  readonly life: Life;
  /**
   * Open load: from the end of the ramp on, cars arrive at this rate, whatever the target does.
   * The last stage's rate holds until the end. Needs `awaitArrival()` in the life.
   */
  readonly arrivals?: RateProfile;
  readonly identities?: IdentityOptions | CsvIdentities;
  /** `'boot'`: as BootNotification.conf says (default); a duration; or `'off'`. */
  readonly heartbeat?: 'boot' | 'off' | Duration;
  /** Between two MeterValues of a transaction. Default 60 s. */
  readonly meterInterval?: Duration;
  /** When the n-th of them is taken: counted from the start of the transaction (default), or at
   *  whole intervals of the wall clock, all chargers at once (the minute-spike). */
  readonly samplePhase?: 'transaction' | 'wall-clock';
  /** Default: `fullJitter({ base: '1s', max: '60s' })`. */
  readonly reconnect?: ReconnectPolicy;
  /** Whether a refused upgrade's Retry-After is waited for, if it is longer. Default false. */
  readonly retryAfter?: boolean;
  /** Configuration keys of every charger of the fleet that differ from the model's. */
  readonly configuration?: Readonly<Record<string, string>>;
  /** From a command's arrival to its answer. Default 10 ms. */
  readonly reactionTime?: DurationDistribution;
  /** From the end of a connection by Reset or UpdateFirmware to the next. Default 5 s. */
  readonly rebootTime?: Duration;
  /** Until a boot is repeated that was not answered, or with interval 0. Default 30 s. */
  readonly bootRetry?: Duration;
  /** How far the chargers' clocks are off the central system's; `'-2s'` is behind. Default 0. */
  readonly clockSkew?: Duration;
  /** A charger's pings, `'off'` by default; the key WebSocketPingInterval changes it. */
  readonly pingInterval?: 'off' | Duration;
  /** Transaction-related messages that a charger keeps while it cannot send them. Default 1000. */
  readonly maxQueue?: number;
  /** Commands a second that a charger reads; more are dropped and counted. Default 100. */
  readonly maxCommandRate?: number;
  /** What a RemoteStartTransaction charges; by default until stopped, at the model's power. */
  readonly remoteCharge?: Partial<ChargeOptions>;
  /** `upload`: GetDiagnostics really sends a file over FTP, to `allowUploads` only. */
  readonly diagnostics?: 'status' | 'upload';
  /** Size of that file, at most 1 MiB. Default 4096 bytes. */
  readonly diagnosticsBytes?: number;
  /** How long the steps of UpdateFirmware take. Default 5 s and 10 s. Nothing is downloaded. */
  readonly firmware?: { readonly download?: Duration; readonly install?: Duration };
}

/** How the embedded central system behaves; a real target ignores it. */
export interface EmbeddedOptions {
  /** Heartbeat interval in BootNotification.conf. Default 60 s. */
  readonly interval?: Duration;
  /** Time before an answer. Default none. */
  readonly delay?: EmbeddedDelay;
  /** Answers nothing for a while, again and again. Default never. */
  readonly stall?: EmbeddedStall;
  /** Share of CALLs answered with a CALLERROR, 0 to 1. */
  readonly errorRate?: number;
  /** Share of CALLs never answered, 0 to 1. */
  readonly silence?: number;
  /** Share of CALLs whose connection is cut instead of answered, 0 to 1. */
  readonly drop?: number;
  /** What it sends to its chargers. */
  readonly commands?: readonly CommandPlan[];
  /** Times when it is not there, in their order. */
  readonly outages?: readonly EmbeddedOutage[];
  /** Answers a repeated StartTransaction with the transactionId of the first. Default false. */
  readonly deduplicate?: boolean;
  /** CSV file for its transactions, written at the end; relative to the working directory. */
  readonly exportTransactions?: string;
  /**
   * Answers correctly and cheaply and keeps nothing: for capacity trials and big fleets. It takes
   * `interval`, a constant `delay` and what follows. Default false.
   */
  readonly light?: boolean;
  /** Of the light one, on one port. Default: as many as the chargers need descriptors for. */
  readonly processes?: number;
  /**
   * Makes each process of the light one a queue with one server of known capacity: CALLs are
   * answered in their order, so many a second at most. Default: as fast as it can.
   */
  readonly serviceRate?: Rate;
  /** Of each CALL, with `serviceRate`. Default constant. */
  readonly serviceTime?: ServiceTime;
}

/** `constant` makes an M/D/1 queue of arrivals at random, `exponential` an M/M/1. */
export type ServiceTime = 'constant' | 'exponential';

export interface TlsOptions {
  /** A PEM file of certificate authorities to trust instead of the system's. */
  readonly caFile?: string;
  /** `false` accepts any certificate. Default `true`. */
  readonly verify?: boolean;
  /**
   * Client certificates (security profile 3): PEM files, one for all, or a pattern such
   * as `'certs/{id}.pem'`, with `{id}` for the identity, one for each charger.
   */
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Offer the last session when a charger connects again. Default true. */
  readonly sessionResumption?: boolean;
}

export interface Scenario {
  readonly description?: string;
  /**
   * `'embedded'`, or a ws:// or wss:// URL. `{id}` in it stands for the identity, which is appended
   * as the last path segment when there is none. Several URLs, all of one scheme, share the
   * chargers in turn: charger n of the run connects to the one with index n % their number.
   */
  readonly target: string | readonly string[];
  /** Of several targets: the index of a charger's own, from its index in the run; both from 0. */
  readonly targetOf?: (charger: number) => number;
  /** Addresses of this machine to connect from: `'10.0.0.5'`, `'10.0.0.10-20'`, `'10.0.0.0/28'`. */
  readonly sourceAddresses?: readonly string[];
  /** Default `as-logged`. */
  readonly dialect?: Dialect;
  /** The steady stage, after ramp and warm-up. */
  readonly duration: Duration;
  /** Between ramp and steady stage; reported apart. Default none. */
  readonly warmup?: Duration;
  /** The longest that the drain may take. Default 30 s. */
  readonly gracePeriod?: Duration;
  /** 0 to 4294967295; the same seed offers the same load. Default: drawn and printed. */
  readonly seed?: number;
  readonly fleets: readonly Fleet[];
  /** A CALL unanswered for this long is timed out. Default 30 s. */
  readonly callTimeout?: Duration;
  /** So many time-outs in a row make a charger reconnect. Default 2. */
  readonly timeoutsBeforeReconnect?: number;
  /** Limit on TCP connect + TLS + upgrade. Default 30 s. */
  readonly handshakeTimeout?: Duration;
  /** Handshakes under way at once, over all workers; there are no more of these. Default 256. */
  readonly maxHandshakes?: number;
  /** Periodic messages that may wait behind a charger's outstanding CALL. Default 100. */
  readonly maxBacklog?: number;
  /** How far wake-ups are coalesced. Default 1 ms; coarser costs less CPU and more lateness. */
  readonly slack?: Duration;
  /** The largest message accepted from the target, bytes. Default 65 536. */
  readonly maxMessageBytes?: number;
  /** `true`, or the share of chargers (0 to 1) that may fail to boot. Default: none. */
  readonly allowBootFailures?: boolean | number;
  /**
   * What must hold for the run to pass (exit 99 when it does not), by metric: docs/metrics.md.
   * @example { 'ocpp_call_duration{action:BootNotification}': ['p(99)<500'] }
   */
  readonly thresholds?: Thresholds;
  /** Hosts that may be a target, `*` as a wildcard; any other host is refused. */
  readonly allowTargets?: readonly string[];
  /** Hosts (`'127.0.0.1:2121'`, port 21 when there is none) that diagnostics may be sent to. */
  readonly allowUploads?: readonly string[];
  readonly tls?: TlsOptions;
  readonly embedded?: EmbeddedOptions;
  /** When the generator itself makes a run DEGRADED or INVALID. */
  readonly generator?: GeneratorOptions;
}

export interface ChargeOptions {
  /** From StartTransaction to StopTransaction. */
  readonly duration: DurationDistribution;
  /** Over all phases; at most what the model can. */
  readonly power: PowerDistribution;
}

export interface ChurnOptions {
  /** Probability of a fault, 0 to 1. */
  readonly faults: number;
  /** How long the fault lasts. Default exponential 10 s. */
  readonly duration?: DurationDistribution;
}

/**
 * A life under construction: immutable, every method returns a longer one.
 * @example life().boot().forever((l) => l.idle('30s').plugIn().unplug())
 */
export interface Life {
  readonly steps: readonly Step[];
  /** BootNotification until Accepted, then StatusNotification Available. The first step. */
  boot(): Life;
  /** Waits. */
  idle(duration: DurationDistribution): Life;
  /** Free until the fleet's `arrivals` plug a car in (open load). */
  awaitArrival(): Life;
  /** StatusNotification Preparing. */
  plugIn(): Life;
  /** Authorize, StartTransaction, Charging, MeterValues, StopTransaction, Finishing, the record. */
  session(options: ChargeOptions): Life;
  /** StatusNotification Available. */
  unplug(): Life;
  /** With probability `faults`: Faulted, a while (default exponential 10 s), Available. */
  churn(options: ChurnOptions): Life;
  /** Any StatusNotification. `errorCode` defaults to NoError, for Faulted to the model's. */
  status(status: ChargePointStatus, errorCode?: ChargePointErrorCode): Life;
  /** The parts of a session, one by one; a refused one skips to after the next `stop`. */
  authorize(): Life;
  start(): Life;
  charge(options: ChargeOptions): Life;
  stop(): Life;
  record(): Life;
  /** One CALL of this action. */
  call(action: LoopAction): Life;
  /** A closed loop: the next CALL leaves when the answer is there, after `think` if given. */
  closedLoop(action: LoopAction, options?: { think?: DurationDistribution }): Life;
  repeat(times: number, steps: (life: Life) => Life): Life;
  /** Until the end of the run; nothing may follow it. */
  forever(steps: (life: Life) => Life): Life;
  /**
   * The escape hatch: any flow, as code. Costs promises and JSON a CALL (about ten times a step),
   * so keep it for flows that the steps cannot say.
   */
  script(run: Script): Life;
}
