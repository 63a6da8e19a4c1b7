/** What `run` serves, pushes and writes for Prometheus. */
import { DEFAULT_METRICS } from '../prometheus/settings.ts';
import type { Follower } from './follower.ts';
import type { Overrides } from './overrides.ts';

/** @throws UserError when nobody can listen at the address of `--metrics`. */
export async function prometheusOutputs(
  { metrics, metricsBuckets, ...overrides }: Overrides,
  say: (text: string) => void,
): Promise<Follower> {
  const listen = metrics === true ? DEFAULT_METRICS : metrics || null;
  const { pushGateway = null, remoteWrite = null } = overrides;
  if (listen === null && pushGateway === null && remoteWrite === null) return {};
  // Who does without should not wait for the client library to load.
  const { openOutputs } = await import('../prometheus/outputs.ts');
  const settings = { listen, boundsS: metricsBuckets, pushGateway, remoteWrite };
  const outputs = await openOutputs(settings, say);
  return { ...outputs, end: (_, result) => outputs.end(result) };
}
