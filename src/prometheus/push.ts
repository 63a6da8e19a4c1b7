/** `--push-gateway`: the last figures of a run, for whoever scrapes the gateway. */
import type { Reading } from './readings.ts';
import { type Failure, send } from './send.ts';
import { expositionText, TEXT_TYPE } from './text.ts';

const JOB = 'ocpp-load';

export interface Push {
  /** Of the gateway, with a path where it has one. */
  readonly url: string;
  readonly runId: string;
  readonly withinMs: number;
}

/** null: it has them. */
export async function pushOnce(
  readings: readonly Reading[],
  { url, runId, withinMs }: Push,
): Promise<Failure | null> {
  return send({
    method: 'PUT',
    url: groupUrl(url, runId),
    headers: { 'Content-Type': TEXT_TYPE },
    body: Buffer.from(await expositionText(readings)),
    signal: AbortSignal.timeout(withinMs),
  });
}

export function groupUrl(url: string, runId: string): string {
  const group = new URL(url);
  const path = group.pathname.replace(/\/+$/, '');
  group.pathname = `${path}/metrics/job/${JOB}/run_id/${encodeURIComponent(runId)}`;
  return group.href;
}
