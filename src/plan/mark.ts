/** What tells one load from another. */
import { createHash } from 'node:crypto';
import type { Plan } from './plan.ts';

/**
 * SHA-256 of the load that is planned: the same for other seeds, other targets and other places of
 * the scenario's file. A load with scripts is also what its file says.
 */
export function planSha256(plan: Plan, fileSha256: string | null): string {
  const { schema, dialect, stages, limits, allowUploads, fleets, scriptCount } = plan;
  const load = { schema, dialect, stages, limits, allowUploads, fleets };
  const scripts = scriptCount > 0 ? fileSha256 : null;
  return sha256(JSON.stringify([load, scripts]));
}

export const sha256 = (text: string | Uint8Array): string =>
  createHash('sha256').update(text).digest('hex');
