/** One shard on real sockets, in the thread that calls. */
import { systemClock } from '../../base/clock.ts';
import { columnText } from '../../plan/columns.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Routes, Sources } from '../../plan/routes.ts';
import type { ShardPlace } from '../../plan/split.ts';
import { targetIndex } from '../../plan/target.ts';
import type { Script } from '../../scenario/types.ts';
import { shardMemory } from '../../snapshot/layout.ts';
import { pushSpread } from '../charger/command/push.ts';
import { createShard, type Shard, type ShardOptions } from '../charger/shard.ts';
import { parseEndpoint } from '../socket/handshake.ts';
import { createLocalPorts, returnLocal, takeLocal } from '../socket/local-ports.ts';
import { NodeWire, type WireLocals, type WireTarget } from '../socket/node-wire.ts';
import type { WireSink } from '../socket/wire.ts';
import { ShardLoop } from './loop.ts';
import { nodeAlarm } from './node-alarm.ts';
import { endingUploader } from './uploads.ts';

/** A shard of a run: what to do, against whom, and where to count. */
export interface ShardJob extends ShardPlace {
  readonly plan: Plan;
  readonly routes: Routes;
  /** `shardMemoryBytes(plan.fleets.length)` bytes. */
  readonly memory: SharedArrayBuffer;
  /** `PUSH_WORDS` words of 64 bits, the same for all shards of a process. */
  readonly pushStart?: SharedArrayBuffer;
}

type Hooks = 'notify' | 'scriptFailed' | 'ledger' | 'uploader' | 'pushed';

export interface ShardHooks extends Pick<ShardOptions, Hooks> {
  /** Called once, when every charger has ended its run, and every upload. */
  done(): void;
}

/** Lays the shard out; it runs from `start` on. */
export function runShardHere(
  job: ShardJob,
  scripts: readonly Script[],
  hooks: ShardHooks,
): ShardLoop {
  const clock = systemClock();
  const { plan, shard: number, shards } = job;
  const memory = shardMemory(job.memory);
  const words = job.pushStart && new BigInt64Array(job.pushStart);
  const pushed = hooks.pushed ?? pushSpread(memory, words);
  const uploader = hooks.uploader ? endingUploader(hooks.uploader) : null;
  const own = { ...hooks, pushed, uploader };
  const shard = createShard({ plan, shard: number, shards, clock, memory, scripts, ...own });
  const done = () => (uploader === null ? hooks.done() : uploader.end(hooks.done));
  return new ShardLoop(shard, nodeAlarm(clock), (sink) => wireOf(job, shard, sink), done);
}

function wireOf(job: ShardJob, shard: Shard, sink: WireSink): NodeWire {
  const { plan, routes } = job;
  const { state } = shard;
  const text = (c: number, column: 'identity' | 'password') => {
    const fleet = plan.fleets[state.fleet[c]];
    return columnText(fleet[column], state.globalIndex[c] - fleet.firstCharger);
  };
  const targets = routes.targets.map(({ url, address }) => ({
    endpoint: parseEndpoint(url),
    address,
  }));
  return new NodeWire(
    {
      targets,
      targetOf: (c) => targetIndex(plan.target, state.globalIndex[c]),
      locals: routes.sources && localsOf(job, routes.sources, targets, state.globalIndex),
      tls: plan.tls,
      chargerCount: state.count,
      maxMessageBytes: plan.limits.maxMessageBytes,
      maskKey: shard.key,
      clock: shard.clock,
      memory: shard.memory,
      identity: (c) => text(c, 'identity'),
      // An AuthorizationKey that ChangeConfiguration brought replaces the password.
      password: (c) => shard.passwords.get(c) ?? text(c, 'password'),
      origin: (c) => plan.fleets[state.fleet[c]].origin,
    },
    sink,
  );
}

function localsOf(
  job: ShardJob,
  sources: Sources,
  targets: readonly WireTarget[],
  globalIndex: Uint32Array,
): WireLocals {
  const targetPorts = targets.map(({ endpoint }) => endpoint.port);
  const ports = createLocalPorts(job.plan, sources, targetPorts, job);
  return {
    take: (c) => takeLocal(ports, globalIndex[c]),
    giveBack: (c, port) => returnLocal(ports, globalIndex[c], port),
  };
}
