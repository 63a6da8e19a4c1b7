/**
 * Which address and port each charger of a shard connects from, where the system shall not choose.
 * Linux looks for a free port at every connect: with more than half of its range in use to one
 * destination it searches that half in vain each time. A port that is chosen here is only bound.
 */

import type { Plan } from '../../plan/plan.ts';
import { type PairLoads, pairLoads, type Sources } from '../../plan/routes.ts';
import type { ShardPlace } from '../../plan/split.ts';
import {
  createPortPool,
  type PortPool,
  portsOfShard,
  portsOfShare,
  returnPort,
  takePort,
  usablePorts,
} from './port-pool.ts';

export interface LocalPorts {
  readonly sources: Sources;
  readonly place: ShardPlace;
  readonly loads: PairLoads;
  /** By target. */
  readonly targetPorts: readonly number[];
  /** By pair; made when its first charger connects. */
  readonly pools: (PortPool | undefined)[];
}

/** @param targetPorts by target. */
export function createLocalPorts(
  plan: Plan,
  sources: Sources,
  targetPorts: readonly number[],
  place: ShardPlace,
): LocalPorts {
  const { addresses, destinations } = sources;
  const pairs = { destinations, sources: addresses.length };
  return { sources, place, loads: pairLoads(plan, pairs, place), targetPorts, pools: [] };
}

/** Where a connection begins; without an address at the one that the system chooses. */
export interface Local {
  readonly localAddress?: string;
  readonly localPort: number;
}

/** For a charger by its index in the run; null: every port of its pair is taken. */
export function takeLocal(ports: LocalPorts, charger: number): Local | null {
  const pair = ports.loads.pairOf[charger];
  const { addresses } = ports.sources;
  const localPort = takePort(poolOf(ports, pair));
  if (localPort === 0) return null;
  const localAddress = addresses[pair % addresses.length];
  return localAddress === null ? { localPort } : { localAddress, localPort };
}

/** Once the system is done with it: its socket is closed. */
export function returnLocal(ports: LocalPorts, charger: number, port: number): void {
  returnPort(poolOf(ports, ports.loads.pairOf[charger]), port);
}

function poolOf(ports: LocalPorts, pair: number): PortPool {
  const known = ports.pools[pair];
  if (known !== undefined) return known;
  const { sources, place, loads, targetPorts } = ports;
  const destination = Math.floor(pair / sources.addresses.length);
  const targetPort = targetPorts[sources.destinations.indexOf(destination)];
  const load = { before: loads.before[pair], mine: loads.mine[pair], all: loads.all[pair] };
  const usable = portsOfShare(usablePorts(sources.reservedPorts, targetPort), place, load.all);
  const pool = createPortPool(portsOfShard(usable, load));
  ports.pools[pair] = pool;
  return pool;
}
