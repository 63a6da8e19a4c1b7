/** Whether files are all the shares of one run, which can be judged then. */
import type { ResultFile, ResultHeader } from './types.ts';

export interface Flaw {
  readonly message: string;
  readonly hint: string;
}

/** What is equal for all shares of a run. */
const markOf = ({ scenario, seed, runId, share }: ResultHeader) =>
  JSON.stringify([scenario.planSha256, seed, runId, { ...share, index: null }]);

/**
 * Of files of which one at least is a share: why they are not a whole run; null: they are one. Who
 * started the shares knows whether it was at the same time.
 */
export function flawOfShares(results: readonly ResultFile[]): Flaw | null {
  const whole = results.find(({ header }) => header.share === undefined);
  const [first, ...others] = results.filter(({ header }) => header.share !== undefined);
  if (whole !== undefined) {
    return {
      message: `${first.file} is ${nameOf(first)}, ${whole.file} is a whole run`,
      hint: 'merge the shares of one run',
    };
  }
  const other = others.find(({ header }) => markOf(header) !== markOf(first.header));
  if (other !== undefined) {
    return {
      message: `${first.file} and ${other.file} are shares of different runs`,
      hint: `${runText(first)}\n${runText(other)}`,
    };
  }
  return flawOfNumbers([first, ...others]);
}

function flawOfNumbers(results: readonly ResultFile[]): Flaw | null {
  const byIndex = new Map<number | undefined, ResultFile>();
  for (const result of results) {
    const index = result.header.share?.index;
    const same = byIndex.get(index);
    if (same !== undefined) {
      const message = `${same.file} and ${result.file} are both ${nameOf(result)}`;
      return { message, hint: 'leave one of them out' };
    }
    byIndex.set(index, result);
  }
  const of = results[0].header.share?.of ?? 1;
  const missing = Array.from({ length: of }, (_, i) => i).filter((i) => !byIndex.has(i));
  if (missing.length === 0) return null;
  return { message: missingText(missing, of), hint: 'name the files of all shares' };
}

const SHOWN = 6;

/** `share 2 of 3 is missing`, `shares 2, 3, 5 of 8 are missing`. */
function missingText(missing: readonly number[], of: number): string {
  const shown = missing.slice(0, SHOWN).map((index) => index + 1);
  const numbers = [...shown, ...(missing.length > SHOWN ? ['...'] : [])].join(', ');
  return missing.length === 1
    ? `share ${numbers} of ${of} is missing`
    : `shares ${numbers} of ${of} are missing`;
}

const nameOf = ({ header: { share } }: ResultFile) =>
  `share ${(share?.index ?? 0) + 1} of ${share?.of ?? 1}`;

const runText = (result: ResultFile) => {
  const { scenario, seed, runId } = result.header;
  const run = runId === undefined ? '' : `, run ${runId}`;
  return `${result.file}: ${nameOf(result)} of ${scenario.name}, seed ${seed}${run}`;
};
