/** Where a run stops being VALID. docs/verdict.md has the reason of every default. */
import type { HealthCause } from './verdict.ts';

/** Measured above `degraded` (of memory: below it), a run is DEGRADED, above `invalid` INVALID. */
export interface Limit {
  readonly degraded: number;
  readonly invalid: number;
}

/** These have no limit: a lost worker always makes a run INVALID, the others DEGRADED. */
export const UNLIMITED_CAUSES = ['lostWorker', 'lostShare', 'missing'] as const;
export type LimitedCause = Exclude<HealthCause, (typeof UNLIMITED_CAUSES)[number]>;

export interface HealthLimits {
  /** In the unit of the cause: ms, a share from 0 to 1, or bytes. */
  readonly causes: Readonly<Record<LimitedCause, Limit>>;
  /**
   * What is judged second by second (a share of time: utilisation, gc, steal, throttled) may be
   * above a limit for this share of the steady stage, and for so many seconds in any case.
   */
  readonly toleratedShare: number;
  readonly toleratedS: number;
  /** A shorter steady stage is not judged by how punctual and busy the generator was. */
  readonly shortestS: number;
}

export const LIMIT_UNITS: Readonly<Record<LimitedCause, 'ms' | 'share' | 'bytes'>> = {
  loopDelay: 'ms',
  utilisation: 'share',
  lateness: 'ms',
  gc: 'share',
  backPressure: 'share',
  steal: 'share',
  throttled: 'share',
  clockStep: 'ms',
  listenDrops: 'share',
  retransmits: 'share',
  descriptors: 'share',
  ports: 'share',
  memory: 'bytes',
  gaps: 'share',
};

export const DEFAULT_LIMITS: HealthLimits = {
  causes: {
    loopDelay: { degraded: 10, invalid: 50 },
    utilisation: { degraded: 0.85, invalid: 0.95 },
    lateness: { degraded: 5, invalid: 25 },
    gc: { degraded: 0.1, invalid: 0.25 },
    backPressure: { degraded: 0.01, invalid: 0.1 },
    steal: { degraded: 0.1, invalid: 0.3 },
    throttled: { degraded: 0.05, invalid: 0.2 },
    clockStep: { degraded: 100, invalid: 5_000 },
    listenDrops: { degraded: 0.001, invalid: 0.05 },
    retransmits: { degraded: 0.01, invalid: 0.05 },
    descriptors: { degraded: 0, invalid: 0.01 },
    ports: { degraded: 0, invalid: 0.01 },
    memory: { degraded: 256e6, invalid: 64e6 },
    gaps: { degraded: 0.05, invalid: 0.25 },
  },
  toleratedShare: 0.05,
  toleratedS: 2,
  shortestS: 5,
};
