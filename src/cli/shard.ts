/** `--shard`: which share of a run is run here, without a word to those who run the others. */
import { UserError } from '../base/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { RunShare } from '../plan/split.ts';
import type { Overrides } from './overrides.ts';

const INDEX_VARIABLE = 'JOB_COMPLETION_INDEX';

/**
 * undefined: the whole run. @throws UserError when `auto` finds no index, or one that is too high.
 */
export function shareOf(
  { shard }: Pick<Overrides, 'shard'>,
  env: Readonly<Record<string, string | undefined>>,
): RunShare | undefined {
  if (shard === undefined || shard.index !== 'auto') return shard as RunShare | undefined;
  const { of } = shard;
  const text = env[INDEX_VARIABLE];
  if (text === undefined || text === '') {
    throw new UserError(
      `--shard auto/${of} finds no ${INDEX_VARIABLE} in its environment`,
      `an Indexed Job of Kubernetes sets it; elsewhere number the shares: --shard 1/${of}`,
    );
  }
  const index = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (index < of) return { index, of };
  throw new UserError(
    `--shard auto/${of} cannot have the ${INDEX_VARIABLE} '${text}'`,
    `it takes 0 to ${of - 1}: the Job's completions and the ${of} of --shard must be the same`,
  );
}

/** What each share must have in common with the others. @throws UserError */
export function checkShared({ target }: Pick<Plan, 'target'>, seed: number | undefined): void {
  if (seed === undefined) {
    throw new UserError(
      '--shard without a seed: each share would draw its own and be of another run',
      'give all of them the same: --seed 7319, or `seed` in the scenario',
    );
  }
  if (target.kind === 'embedded') {
    throw new UserError(
      '--shard with the embedded central system: each share would start one of its own',
      'start one for all, `ocpp-load csms --light`, and aim at it: --target ws://host:9000/{id}',
    );
  }
}
