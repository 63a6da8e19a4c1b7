/** What tells the runs of one scenario apart, wherever they are looked at. */
import type { ResultHeader } from '../result/types.ts';

/** `nightly-20261125T215229Z-7319`: name of the scenario, start in UTC, seed. */
export function runId({
  scenario,
  startedAt,
  seed,
}: Pick<ResultHeader, 'scenario' | 'startedAt' | 'seed'>): string {
  const start = startedAt.replace(/\.\d+/, '').replace(/[-:]/g, '');
  return `${scenario.name}-${start}-${seed}`;
}
