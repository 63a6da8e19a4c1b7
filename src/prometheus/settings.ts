/** What `run` may serve, push and write for Prometheus; light, as every command reads flags. */
import type { Address } from '../http/address.ts';

/** Where `--metrics` listens when it does not say. */
export const DEFAULT_METRICS: Address = { host: '127.0.0.1', port: 9464 };

export interface OutputSettings {
  readonly listen: Address | null;
  /** Of classic buckets, seconds, rising; undefined: those that suit most. */
  readonly boundsS: readonly number[] | undefined;
  readonly pushGateway: string | null;
  readonly remoteWrite: string | null;
}
