/** The name of a run, wherever it is looked at: on every series of it, and on its page. */
import type { ResultHeader } from '../result/types.ts';

/** What is a label, a part of a URL and of a file's name as it stands. */
const RUN_ID = /^[\p{L}\p{N}._-]{1,128}$/u;
const NAME_LENGTH = 80;

export const isRunId = (text: string): boolean => RUN_ID.test(text);

/** As `--run-id` gave it, else `nightly.ts-20261125T215229Z-7319`: scenario, start in UTC, seed. */
export function runId({
  runId: given,
  scenario,
  startedAt,
  seed,
}: Pick<ResultHeader, 'runId' | 'scenario' | 'startedAt' | 'seed'>): string {
  if (given !== undefined) return given;
  const time = startedAt.replace(/[-:]|\.\d+/g, '');
  // What is no letter or digit of a name becomes a dash.
  const name = Array.from(scenario.name.replace(/[^\p{L}\p{N}._-]+/gu, '-'));
  return `${name.slice(0, NAME_LENGTH).join('')}-${time}-${seed}`;
}
