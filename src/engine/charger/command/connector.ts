import type { Shard } from '../shard.ts';

/** The row of a connector by its number; -1: the charger has none such. */
export function connectorRow(shard: Shard, c: number, connectorId: number): number {
  const { connectorId: ids, nextConnector } = shard.state;
  for (let k = c; k >= 0; k = nextConnector[k]) if (ids[k] === connectorId) return k;
  return -1;
}
