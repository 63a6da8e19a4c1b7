/** What is known of a share of a run over several machines, and of its agent. */
export interface ShareFacts {
  /** From 0. */
  readonly share: number;
  readonly agent: string;
  /** From 1; one more each time the share was given away again. */
  readonly epoch: number;
  readonly chargers: number;
  readonly workers: number;
  /** How far the coordinator's clock is ahead of the agent's, ms; null: it was never measured. */
  readonly offsetMs: number | null;
  /** The offset is right within half of it. */
  readonly roundTripMs: number | null;
  /** When its shards began, after the planned moment, ms; null: unknown. */
  readonly startSkewMs: number | null;
  /** Seconds of the run that closed without it and never came, and those that came later. */
  readonly missing: number;
  readonly late: number;
  /** Seconds that it told of when the share was no longer its. */
  readonly refused: number;
  /** CPU time of its processes, us; null: it never told its end. */
  readonly cpuUs: number | null;
  /** `reassigned`: it was lost, and went to another agent. */
  readonly state: 'running' | 'silent' | 'ended' | 'lost' | 'reassigned';
}
