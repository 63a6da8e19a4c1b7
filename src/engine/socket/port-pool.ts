/**
 * The ports that one shard may use from one source address to one destination. Those that were
 * never used come first, then the one that was given back longest ago: what the other end still
 * remembers of a connection (TIME_WAIT, RFC 9293, 3.6.1) has most time to fade.
 */
import { assert } from '../../base/assert.ts';
import type { Sources } from '../../plan/routes.ts';
import type { ShardPlace } from '../../plan/split.ts';

/** A ring of free ports; two bytes a port. */
export interface PortPool {
  readonly ring: Uint16Array;
  head: number;
  /** Free ports in the ring, from `head` on. */
  length: number;
}

/** All of `ports` are free, and taken in their order; none may be in it twice. */
export const createPortPool = (ports: Uint16Array): PortPool => ({
  ring: ports,
  head: 0,
  length: ports.length,
});

/** 0: all of them are taken. */
export function takePort(pool: PortPool): number {
  const { ring, head, length } = pool;
  if (length === 0) return 0;
  pool.head = head + 1 === ring.length ? 0 : head + 1;
  pool.length--;
  return ring[head];
}

export function returnPort(pool: PortPool, port: number): void {
  const { ring, head, length } = pool;
  assert(length < ring.length, 'a port was given back that was not taken');
  ring[(head + length) % ring.length] = port;
  pool.length++;
}

/** Ports below are for services of the system (IANA: system ports). */
const LOWEST_PORT = 1024;
const HIGHEST_PORT = 65_535;

/**
 * What there is for one pair. The target's own port is left out: a connection from it to itself
 * succeeds on one machine when nobody listens (simultaneous open).
 */
export function usablePorts(reserved: Sources['reservedPorts'], targetPort: number): Uint16Array {
  const ports = new Uint16Array(HIGHEST_PORT - LOWEST_PORT + 1);
  let count = 0;
  for (let port = LOWEST_PORT; port <= HIGHEST_PORT; port++) {
    const kept = reserved.some(([from, to]) => port >= from && port <= to);
    if (!kept && port !== targetPort) ports[count++] = port;
  }
  return ports.subarray(0, count);
}

/**
 * What a share may use, so that shares on one machine do not get into each other's way: a part of
 * its own where its `chargers` fit into it; else all of them, from another one on.
 */
export function portsOfShare(
  ports: Uint16Array,
  { shard, shares }: ShardPlace,
  chargers: number,
): Uint16Array {
  const share = shard % shares;
  const from = Math.floor((ports.length * share) / shares);
  if (chargers * shares <= ports.length) {
    return ports.subarray(from, Math.floor((ports.length * (share + 1)) / shares));
  }
  const rotated = new Uint16Array(ports.length);
  rotated.set(ports.subarray(from));
  rotated.set(ports.subarray(0, from), ports.length - from);
  return rotated;
}

/**
 * A shard's part of the ports of a pair, in proportion to its chargers: the parts of all shards are
 * disjoint, and each has a port for every charger when there are enough for all.
 * @param before chargers of the pair in the shards before it; `mine` in it, `all` in the share.
 */
export function portsOfShard(
  ports: Uint16Array,
  { before, mine, all }: { before: number; mine: number; all: number },
): Uint16Array {
  const at = (chargers: number) => Math.floor((ports.length * chargers) / all);
  return ports.slice(at(before), at(before + mine));
}
