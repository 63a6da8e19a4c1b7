/** What `run` serves, pushes and writes for Prometheus. */
import { DEFAULT_METRICS, type Outputs, openOutputs } from '../prometheus/outputs.ts';
import type { Overrides } from './overrides.ts';

/** @throws UserError when nobody can listen at the address of `--metrics`. */
export function prometheusOutputs(
  { metrics, metricsBuckets, pushGateway, remoteWrite }: Overrides,
  say: (text: string) => void,
): Promise<Outputs> {
  const listen = metrics === true ? DEFAULT_METRICS : metrics || null;
  const settings = {
    ...{ listen, boundsS: metricsBuckets },
    ...{ pushGateway: pushGateway ?? null, remoteWrite: remoteWrite ?? null },
  };
  return openOutputs(settings, say);
}
