/** The entry point of a worker thread: one task is one shard is the whole run. */
import { systemClock } from '../../base/clock.ts';
import { columnText } from '../../plan/columns.ts';
import { loadScenario } from '../../scenario/load.ts';
import { collectScripts } from '../../scenario/scripts.ts';
import type { Script } from '../../scenario/types.ts';
import { shardMemory } from '../../snapshot/layout.ts';
import { createShard, type Shard } from '../charger/shard.ts';
import { parseEndpoint } from '../socket/handshake.ts';
import { NodeWire } from '../socket/node-wire.ts';
import type { WireSink } from '../socket/wire.ts';
import { ShardLoop } from './loop.ts';
import type { FromShard, ShardEnd, ShardTask, ToShard } from './messages.ts';
import { nodeAlarm } from './node-alarm.ts';

/** Runs a shard until its last charger is done. */
export default async function runShard(task: ShardTask): Promise<ShardEnd> {
  const { plan, port } = task;
  const scripts = await loadScripts(task);
  const tell = (message: FromShard) => port.postMessage(message);
  const told = new Set<string>();
  const clock = systemClock();
  let scriptError: ShardEnd['scriptError'] = null;
  return new Promise((resolve, reject) => {
    const shard = createShard({
      plan,
      shard: task.shard,
      shards: task.shards,
      clock,
      memory: shardMemory(task.memory),
      scripts,
      notify(kind, text) {
        if (told.has(kind)) return;
        told.add(kind);
        tell({ type: 'event', kind, text });
      },
      scriptFailed(error) {
        scriptError ??= { message: error.message, stack: error.stack ?? '' };
        loop.drain();
      },
    });
    const done = () => {
      port.close();
      resolve({ scriptError });
    };
    const loop = new ShardLoop(shard, nodeAlarm(clock), (sink) => wireOf(task, shard, sink), done);
    port.on('message', (message: ToShard) => {
      try {
        if (message.type === 'start') loop.start(message.startNs, message.wallStartMs);
        else loop.drain();
      } catch (error) {
        reject(error);
      }
    });
    process.once('uncaughtException', reject);
    tell({ type: 'ready' });
  });
}

async function loadScripts({ plan }: ShardTask): Promise<Script[]> {
  if (plan.scriptCount === 0 || plan.scenarioFile === null) return [];
  const { scenario } = await loadScenario(plan.scenarioFile);
  return collectScripts(scenario);
}

function wireOf(task: ShardTask, shard: Shard, sink: WireSink): NodeWire {
  const { plan } = task;
  const { state } = shard;
  const text = (c: number, column: 'identity' | 'password') => {
    const fleet = plan.fleets[state.fleet[c]];
    return columnText(fleet[column], state.globalIndex[c] - fleet.firstCharger);
  };
  return new NodeWire(
    {
      endpoint: parseEndpoint(task.targetUrl),
      address: task.address,
      tls: plan.tls,
      chargerCount: state.count,
      maxMessageBytes: plan.limits.maxMessageBytes,
      maskKey: shard.key,
      clock: shard.clock,
      memory: shard.memory,
      identity: (c) => text(c, 'identity'),
      password: (c) => text(c, 'password'),
      origin: (c) => plan.fleets[state.fleet[c]].origin,
    },
    sink,
  );
}
