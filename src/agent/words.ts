/** What became of a share, for who looks at its agent, and for who called it. */
import { ExitCode } from '../base/errors.ts';
import type { Ending } from '../fleet/result.ts';
import type { Served } from './tenure.ts';

const ENDINGS: Readonly<Record<Ending, { readonly text: string; readonly exitCode: ExitCode }>> = {
  completed: { text: 'ended as planned', exitCode: ExitCode.ok },
  interrupted: { text: 'ended early', exitCode: ExitCode.interrupted },
  gaveUp: { text: 'ended: no charger could connect', exitCode: ExitCode.thresholds },
  failedThreshold: { text: 'ended: a threshold failed', exitCode: ExitCode.thresholds },
  aborted: { text: 'ended: the scenario aborted it', exitCode: ExitCode.aborted },
  scriptError: { text: 'ended: the scenario threw', exitCode: ExitCode.scenarioException },
  shardError: { text: 'ended: a worker failed', exitCode: ExitCode.internal },
};

export function servedText(served: Served): string {
  switch (served.outcome) {
    case 'refused':
      return 'given back';
    case 'givenBack':
      return `given back: ${served.why}`;
    case 'over':
      return `over: ${served.why}`;
    case 'ended': {
      const { leaseLost, ending, verdict, error } = served.end;
      if (leaseLost) return 'its lease was lost: its chargers are closed';
      const reason = error === null ? '' : `: ${error.message}`;
      return `${ENDINGS[ending].text}${reason}, ${verdict.trust} here`;
    }
  }
}

/** Of an agent that is to leave after it; null: nothing was run, so it stays. */
export function exitCodeOf(served: Served): ExitCode | null {
  if (served.outcome === 'refused') return served.error.exitCode;
  if (served.outcome !== 'ended') return null;
  const { leaseLost, ending, verdict } = served.end;
  if (leaseLost) return ExitCode.internal;
  const { exitCode } = ENDINGS[ending];
  return exitCode === ExitCode.ok && verdict.trust === 'INVALID' ? ExitCode.invalid : exitCode;
}
