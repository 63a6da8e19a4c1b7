/** What the generator says of itself: whether the figures of a run can be trusted, and why not. */

/** What may have been wrong with the generator or its machine. A closed set: metric labels. */
export const HEALTH_CAUSES = [
  'loopDelay', // a worker woke up late
  'utilisation', // a worker was busy nearly all the time
  'lateness', // CALLs left after they were due and allowed
  'gc', // pauses for garbage collection
  'backPressure', // the kernel did not take writes at once
  'steal', // other machines had the processor
  'throttled', // the control group was held back
  'clockStep', // the wall clock was set
  'lostWorker',
  'lostShare', // of a run over several machines: its agent was lost
  'missing', // seconds that an agent delivered too late
  'listenDrops', // the kernel dropped connections at a full listen queue
  'retransmits',
  'descriptors', // none was left
  'ports', // none was left
  'memory',
  'gaps', // seconds that the main thread did not look at
] as const;
export type HealthCause = (typeof HEALTH_CAUSES)[number];

export type Trust = 'VALID' | 'DEGRADED' | 'INVALID';

export interface Finding {
  readonly cause: HealthCause;
  readonly level: Exclude<Trust, 'VALID'>;
  /** When, seconds since the start of the run. */
  readonly fromS: number;
  readonly toS: number;
  /** What was measured, with the limit: `worker 1 was busy 97 % (limit 85 %)`. */
  readonly text: string;
  /** What to change. */
  readonly fix: string;
}

export interface Verdict {
  /** The worst level of the findings. */
  readonly trust: Trust;
  /** The worst first. */
  readonly findings: readonly Finding[];
}

export const SOUND: Verdict = Object.freeze({ trust: 'VALID', findings: [] });
