/** How the generator did within one interval: what its chargers' own figures do not say. */
export interface HealthSample {
  /** By worker: the share of the time in which its event loop was busy, 0 to 1. */
  readonly utilisation: readonly number[];
  /** By worker: the longest pause for garbage collection, and all of them together, ms. */
  readonly gcMaxMs: readonly number[];
  readonly gcTotalMs: readonly number[];
  /** CPU time of all processes of the generator, ms; `rssBytes` is theirs too. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** How far the wall clock moved against the monotonic one, ms. */
  readonly clockStepMs: number;
  /** Of the machine; null where it does not say. */
  readonly stealShare: number | null;
  /** Time for which the control group was held back, ms. */
  readonly throttledMs: number | null;
  /** Connections that the kernel dropped because a listen queue was full. */
  readonly listenDrops: number | null;
  /** TCP segments sent again, and sent in all. */
  readonly retransmits: number | null;
  readonly segmentsSent: number | null;
  readonly availableMemoryBytes: number | null;
}
