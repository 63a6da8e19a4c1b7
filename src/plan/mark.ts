/** What tells one load from another. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
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

/** The mark of what is planned, with the scenario's file as it is now. */
export const markOf = (plan: Plan): string => planSha256(plan, scenarioSha256(plan.scenarioFile));

/** SHA-256 of the file that the user wrote, also where it came in a bundle; null: it is gone. */
export function scenarioSha256(file: string | null): string | null {
  try {
    if (file === null) return null;
    const bytes = readFileSync(file);
    const [, origin] = BUNDLED.exec(bytes.toString('latin1', 0, 128)) ?? [];
    return origin ?? sha256(bytes);
  } catch {
    return null;
  }
}

const BUNDLED = /^\/\/ ocpp-load bundle of ([0-9a-f]{64})\n/;

/** The first line of a bundle: which file was bundled. */
export const bundleLine = (fileSha256: string) => `// ocpp-load bundle of ${fileSha256}`;
