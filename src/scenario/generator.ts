/** When the generator makes a run DEGRADED or INVALID: what users may set. */
import type { Duration } from '../base/units.ts';

/** Above `degraded` a run is DEGRADED, above `invalid` INVALID. Either may be left as it is. */
export interface DelayLimit {
  readonly degraded?: Duration;
  readonly invalid?: Duration;
}

/** As `DelayLimit`, from 0 to 1: 0.05 is 5 %. */
export interface ShareLimit {
  readonly degraded?: number;
  readonly invalid?: number;
}

/** docs/verdict.md has the reason of every default. */
export interface GeneratorLimits {
  /** p99 of how late workers wake up, steady stage. Default 10 ms, 50 ms. */
  readonly loopDelay?: DelayLimit;
  /** Share of the time for which a worker is busy. Default 0.85, 0.95. */
  readonly utilisation?: ShareLimit;
  /** p99 of how late CALLs leave, steady stage. Default 5 ms, 25 ms. */
  readonly lateness?: DelayLimit;
  /** Share of the time in which a worker collects garbage. Default 0.1, 0.25. */
  readonly gc?: ShareLimit;
  /** Writes that the kernel did not take at once, of all. Default 0.01, 0.1. */
  readonly backPressure?: ShareLimit;
  /** Processor time of this machine that its host gave to others. Default 0.1, 0.3. */
  readonly steal?: ShareLimit;
  /** Share of the time for which the container was held back. Default 0.05, 0.2. */
  readonly throttled?: ShareLimit;
  /** Steps of the wall clock. Default 100 ms, 5 s. */
  readonly clockStep?: DelayLimit;
  /** Connections that this machine dropped at a full listen queue, of connects. 0.001, 0.05. */
  readonly listenDrops?: ShareLimit;
  /** TCP segments sent again, of all that were sent. Default 0.01, 0.05. */
  readonly retransmits?: ShareLimit;
  /** Connects that found no file descriptor, of all. Default 0 (any), 0.01. */
  readonly descriptors?: ShareLimit;
  /** Connects that found no source port, of all. Default 0 (any), 0.01. */
  readonly ports?: ShareLimit;
  /** Bytes of memory that must be left: below is worse. Default 256e6, 64e6. */
  readonly memory?: { readonly degraded?: number; readonly invalid?: number };
  /** Seconds of the run that the main thread did not look at. Default 0.05, 0.25. */
  readonly gaps?: ShareLimit;
}

export interface GeneratorOptions {
  /** A DEGRADED run fails too, with exit code 120. Default false. */
  readonly strict?: boolean;
  readonly limits?: GeneratorLimits;
  /**
   * For so long utilisation, gc, steal and throttled may be above a limit: a share of the steady
   * stage, and a time that is granted in any case. Default 0.05 and 2 s.
   */
  readonly tolerated?: { readonly share?: number; readonly time?: Duration };
  /** A shorter steady stage is not judged by its timing. Default 5 s. */
  readonly shortest?: Duration;
}
