/** What `run` serves, pushes and writes for Prometheus. */
import type { Outputs } from '../prometheus/outputs.ts';
import { DEFAULT_METRICS } from '../prometheus/settings.ts';
import type { Overrides } from './overrides.ts';

const NO_OUTPUTS: Outputs = {
  ...{ start() {}, interval() {}, progress() {}, event() {}, check() {}, close() {} },
  async end() {},
};

/** @throws UserError when nobody can listen at the address of `--metrics`. */
export async function prometheusOutputs(
  { metrics, metricsBuckets, ...overrides }: Overrides,
  say: (text: string) => void,
): Promise<Outputs> {
  const listen = metrics === true ? DEFAULT_METRICS : metrics || null;
  const { pushGateway = null, remoteWrite = null } = overrides;
  if (listen === null && pushGateway === null && remoteWrite === null) return NO_OUTPUTS;
  // Who does without should not wait for the client library to load.
  const { openOutputs } = await import('../prometheus/outputs.ts');
  return openOutputs({ listen, boundsS: metricsBuckets, pushGateway, remoteWrite }, say);
}
