import { expect, test } from 'vitest';
import {
  createLocalPorts,
  type Local,
  returnLocal,
  takeLocal,
} from '../../../src/engine/socket/local-ports.ts';
import { compilePlan } from '../../../src/plan/compile.ts';
import type { Sources } from '../../../src/plan/routes.ts';
import { ONLY_SHARD } from '../../../src/plan/split.ts';
import type { Scenario } from '../../../src/scenario/types.ts';
import { smallScenario } from '../../e2e/support.ts';

/** Ports 1024 to 1027 are left. */
const FOUR: Sources['reservedPorts'] = [[1028, 65_535]];
const PORTS = [9000, 9001];
const apart = { destinations: [0, 1], reservedPorts: FOUR };

const planOf = (chargers: number, changes: Partial<Scenario> = {}) =>
  compilePlan(smallScenario({ target: ['ws://a/{id}', 'ws://b/{id}'], ...changes }, { chargers }), {
    ...{ name: 'ports', file: null, seed: 1 },
  });

const half = (shard: number) => ({ shard, shards: 2, shares: 1 });

const text = (local: Local | null) =>
  local === null ? 'none' : `${local.localAddress ?? '*'}:${local.localPort}`;

test('each charger has its own address, whatever the split; ports differ within a pair', () => {
  const addresses = ['10.0.0.8', '10.0.0.9'];
  const sources = { addresses, ...apart };
  const whole = createLocalPorts(planOf(8), sources, PORTS, ONLY_SHARD);
  const taken = Array.from({ length: 8 }, (_, charger) => text(takeLocal(whole, charger)));
  expect(taken).toEqual([
    ...['10.0.0.8:1024', '10.0.0.8:1024', '10.0.0.9:1024', '10.0.0.9:1024'],
    ...['10.0.0.8:1025', '10.0.0.8:1025', '10.0.0.9:1025', '10.0.0.9:1025'],
  ]);
  const parts = [0, 1].map((shard) => createLocalPorts(planOf(8), sources, PORTS, half(shard)));
  const split = Array.from({ length: 8 }, (_, i) => takeLocal(parts[i % 2], i)?.localAddress);
  expect(split).toEqual(taken.map((each) => each.split(':')[0]));
});

test('a shard whose chargers all have one target has all ports to it', () => {
  const sources = { addresses: [null], ...apart };
  const even = createLocalPorts(planOf(8), sources, PORTS, half(0));
  expect([0, 2, 4, 6].map((charger) => text(takeLocal(even, charger)))).toEqual([
    ...['*:1024', '*:1025', '*:1026', '*:1027'],
  ]);
  expect(takeLocal(even, 0)).toBe(null);
  returnLocal(even, 2, 1025);
  expect(text(takeLocal(even, 0))).toBe('*:1025');
});

test('two shards never have the same port of a pair', () => {
  const sources = { addresses: [null], destinations: [0, 0], reservedPorts: FOUR };
  const parts = [0, 1].map((shard) =>
    createLocalPorts(planOf(4), sources, [9000, 9000], half(shard)),
  );
  const taken = [0, 1, 2, 3].map((charger) => text(takeLocal(parts[charger % 2], charger)));
  expect(taken.toSorted()).toEqual(['*:1024', '*:1025', '*:1026', '*:1027']);
});
