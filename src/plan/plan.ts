/**
 * The plan: everything that a run needs, as frozen plain data that structured clone can carry to a
 * worker, a process or another machine. It holds no function but by reference (`scenarioFile`).
 */

import type { ConfigurationKey, Dialect, DialectManners, Slot } from '../chargers/model.ts';
import type { HealthLimits } from '../health/limits.ts';
import type { ActionIndex } from '../ocpp/actions.ts';
import type { EmbeddedOptions } from '../scenario/types.ts';
import type { Threshold } from '../thresholds/types.ts';

export interface Plan {
  readonly schema: 'ocpp-load/plan/1';
  /** File name of the scenario, for the reader. */
  readonly name: string;
  readonly description: string;
  readonly dialect: Dialect;
  readonly seed: number;
  /** Absolute path; workers load it again only when `scriptCount` is not 0. */
  readonly scenarioFile: string | null;
  readonly scriptCount: number;
  readonly target: PlanTarget;
  /** Addresses of this machine that chargers connect from; none: as the system chooses. */
  readonly sourceAddresses: readonly string[];
  readonly stages: PlanStages;
  readonly limits: PlanLimits;
  readonly tls: PlanTls;
  /** `host:port` of servers that diagnostics may be uploaded to. */
  readonly allowUploads: readonly string[];
  readonly fleets: readonly FleetPlan[];
  readonly chargerCount: number;
  /** Chargers that may fail to boot before the run fails; 0 by default. */
  readonly allowedBootFailures: number;
  readonly generator: PlanGenerator;
  readonly thresholds: readonly Threshold[];
}

export interface PlanTarget {
  readonly kind: 'embedded' | 'external';
  /**
   * With `{id}`; for the embedded target `ws://127.0.0.1:0/{id}` until its port is known. Several
   * are parted by commas, as they are shown and given to --target.
   */
  readonly url: string;
  readonly urls: readonly string[];
  /** Index in `urls` by charger of the run; null: in turn. */
  readonly of: Uint16Array | null;
  readonly embedded: EmbeddedOptions;
}

/** Lengths of the stages, ns. */
export interface PlanStages {
  readonly rampNs: number;
  readonly warmupNs: number;
  readonly steadyNs: number;
  readonly graceNs: number;
}

export interface PlanLimits {
  readonly callTimeoutNs: number;
  readonly timeoutsBeforeReconnect: number;
  readonly handshakeTimeoutNs: number;
  /** Over the whole run; a shard takes its part. */
  readonly maxHandshakes: number;
  readonly maxBacklog: number;
  readonly slackNs: number;
  readonly maxMessageBytes: number;
}

/** How the generator itself is judged. */
export interface PlanGenerator {
  readonly limits: HealthLimits;
  /** A DEGRADED run fails like an INVALID one. */
  readonly strict: boolean;
}

export interface PlanTls {
  /** PEM text, or null for the system's authorities. */
  readonly ca: string | null;
  readonly verify: boolean;
  /** Absolute paths of client certificates, `{id}` for the identity; null: none. */
  readonly client: { readonly certFile: string; readonly keyFile: string } | null;
  readonly sessionResumption: boolean;
}

export interface FleetPlan {
  readonly name: string;
  readonly modelName: string;
  /** Index of the fleet's first charger in the run. */
  readonly firstCharger: number;
  readonly chargerCount: number;
  readonly identity: TextColumn;
  readonly password: TextColumn;
  readonly idTag: TextColumn;
  /** Origin header with `{id}`, or null. */
  readonly origin: string | null;
  readonly firstMessageId: number;
  readonly clock: FrameClock;
  readonly electrics: Electrics;
  readonly templates: readonly FrameTemplate[];
  readonly program: Program;
  readonly connect: Schedule;
  /** Uniform delay added to each charger's planned connect, ns. */
  readonly connectJitterNs: number;
  /** null: a closed load. */
  readonly arrivals: Schedule | null;
  /** 0: as BootNotification.conf says; -1: none. */
  readonly heartbeatNs: number;
  /** The key MeterValueSampleInterval at the start of the run. */
  readonly meterIntervalNs: number;
  readonly alignsSamples: boolean;
  readonly reconnect: ReconnectPlan;
  readonly honoursRetryAfter: boolean;
  readonly connectors: number;
  readonly tellsWholeStatus: boolean;
  readonly register: 'session' | 'lifetime';
  readonly manners: DialectManners;
  /** With the fleet's own values in it. */
  readonly configuration: readonly ConfigurationKey[];
  readonly configurationAliases: Readonly<Record<string, string>>;
  /** One element of `meterValue`, for what no template says. */
  readonly meterValue: Pick<FrameTemplate, 'texts' | 'slots'>;
  /** A row of kind, p1, p2, as in `Program.distributions`. */
  readonly reaction: Float64Array;
  readonly rebootNs: number;
  readonly bootRetryNs: number;
  /** 0: none. */
  readonly pingNs: number;
  readonly maxQueue: number;
  readonly maxCommandRate: number;
  readonly diagnostics: 'status' | 'upload';
  readonly diagnosticsBytes: number;
  readonly firmware: { readonly downloadNs: number; readonly installNs: number };
}

export type ReconnectPlan =
  | { readonly policy: 'fixed'; readonly delayNs: number; readonly jitterNs: number }
  | {
      readonly policy: 'exponential';
      readonly baseNs: number;
      readonly maxNs: number;
      readonly factor: number;
    }
  | { readonly policy: 'fullJitter'; readonly baseNs: number; readonly maxNs: number }
  | { readonly policy: 'immediate'; readonly attempts: number }
  | { readonly policy: 'none' };

/** How the dialect prints a moment. */
export interface FrameClock {
  readonly utcOffsetMin: number;
  readonly zone: '' | 'Z';
  /** How far the chargers' clocks are ahead of the central system's. */
  readonly skewMs: number;
}

export interface Electrics {
  readonly phases: number;
  readonly voltageV: readonly [number, number, number];
  readonly pricePerKwh: number;
  /** What the charger can deliver: draws from an unbounded distribution end here. */
  readonly maxPowerW: number;
}

/** A text a charger: by arithmetic where possible, so that a million of them cost nothing. */
export type TextColumn =
  | { readonly kind: 'constant'; readonly text: string }
  /** `prefix` + (first + index) padded to `width` + `suffix`. */
  | {
      readonly kind: 'counter';
      readonly prefix: string;
      readonly width: number;
      readonly suffix: string;
      readonly first: number;
    }
  | { readonly kind: 'list'; readonly texts: readonly string[] };

/** A message in bytes: `texts[0] slots[0] texts[1] slots[1] ... texts[n]`. */
export interface FrameTemplate {
  /** `boot`, `meterValues`, `Charging`, `Faulted/ReaderFailure`, ... */
  readonly name: string;
  readonly action: ActionIndex;
  readonly texts: readonly string[];
  readonly slots: readonly Slot[];
}

/** Indexes into `templates` that every fleet has at the same place. */
export const TemplateIndex = {
  boot: 0,
  heartbeat: 1,
  authorize: 2,
  start: 3,
  meterValues: 4,
  stop: 5,
  /** Empty and never sent where the model has none. */
  record: 6,
  /** The same as `start` where the model has none. */
  startReserved: 7,
  /** MeterValues of a transaction, context Sample.Clock and Trigger. */
  clockValues: 8,
  triggeredValues: 9,
  /** The same of no transaction. */
  idleClockValues: 10,
  idleTriggeredValues: 11,
  /** Then one for each of `CHARGE_POINT_STATUSES` without an error, then those with errors. */
  firstStatus: 12,
} as const;

/**
 * A life as a table. Row `pc` is `ops[4 pc .. 4 pc + 3]` = op, a, b, c; see `Op`. A distribution is
 * a row of three numbers in `distributions`: kind, p1, p2 (durations in ns, powers in W).
 */
export interface Program {
  readonly ops: Int32Array;
  readonly distributions: Float64Array;
  /** Nesting depth of `repeat`: so many counters a charger. */
  readonly repeatDepth: number;
  /** Where a RemoteStartTransaction's session begins; it ends with `resume`. */
  readonly remoteRow: number;
}

export const OP_WIDTH = 4;
export const Op = {
  /** Wait until the BootNotification is accepted. */
  boot: 0,
  /** Send template `a`; when refused or failed go to row `b` (or on, when -1). */
  call: 1,
  /** Wait for a draw from distribution `a`. */
  wait: 2,
  /** Charge for a draw from `a` at a power drawn from `b`, with MeterValues. */
  charge: 3,
  /** Go to row `a`. */
  jump: 4,
  /** With probability `a` / 1e6 go on, else go to row `b`. */
  chance: 5,
  /** Wait for a car. */
  awaitArrival: 6,
  /** Count counter `a` up to `b` times: while below, go to row `c`; then reset and go on. */
  repeat: 7,
  /** Run script `a` (index over the whole scenario). */
  script: 8,
  /** The life is over: stay connected, heartbeat. */
  end: 9,
  /** The remote session is over: the life goes on where it was. */
  resume: 10,
} as const;

export const DISTRIBUTION_WIDTH = 3;
export const DistributionKind = {
  constant: 0, // p1
  exponential: 1, // mean p1
  uniform: 2, // p1 to p2
  lognormal: 3, // median p1, sigma p2
  normal: 4, // mean p1, sd p2, cut at 0
} as const;

/**
 * A piecewise linear rate. Segment k covers [startNs, startNs + durationNs) with a rate that goes
 * from `fromPerS` to `toPerS`; `firstCount` events lie before it.
 */
export interface Schedule {
  readonly segments: readonly ScheduleSegment[];
  /** Events in all; Infinity is never used: a schedule ends with its run. */
  readonly total: number;
  readonly endNs: number;
}
export interface ScheduleSegment {
  readonly startNs: number;
  readonly durationNs: number;
  readonly fromPerS: number;
  readonly toPerS: number;
  readonly firstCount: number;
}
