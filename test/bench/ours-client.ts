/**
 * Our engine under measurement, everything on: the product's own worker threads, or one shard in
 * this thread where only the measured isolate counts (`idle`, `garbage`).
 */
import { systemClock } from '../../src/base/clock.ts';
import { type CsmsGroup, spawnCsms } from '../../src/csms/group.ts';
import { runShardHere } from '../../src/engine/shard/here.ts';
import { judgeOf, verdictReader } from '../../src/fleet/judge.ts';
import { startThreads } from '../../src/fleet/threads.ts';
import { watchRun } from '../../src/fleet/watch.ts';
import { thisMachine } from '../../src/health/machine.ts';
import { healthSampler } from '../../src/health/sampler.ts';
import { allAtOnce, type Duration, defineScenario, life, ramp, tonly48A } from '../../src/index.ts';
import { ACTION_COUNT } from '../../src/ocpp/actions.ts';
import { COMMAND_COUNT } from '../../src/ocpp/commands.ts';
import { compilePlan } from '../../src/plan/compile.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { ONLY_SHARD } from '../../src/plan/split.ts';
import { addDelta, differenceOf } from '../../src/snapshot/delta.ts';
import {
  CallCounterIndex,
  CommandCounterIndex,
  callCounterBase,
  commandCounterBase,
  RunCounterOffset,
  type ShardMemory,
  STAGE_CLASSES,
  shardMemory,
  shardMemoryBytes,
} from '../../src/snapshot/layout.ts';
import {
  emptySnapshot,
  readSnapshot,
  type Snapshot,
  stageLatency,
} from '../../src/snapshot/snapshot.ts';
import { routesTo } from '../support/routes.ts';
import { type Client, measureThisProcess, sleep } from './measure.ts';
import { benchOnlookers, type Onlookers } from './onlookers.ts';
import { benchRecording } from './recording.ts';
import type { Workload } from './workload.ts';

const everyOf = ({ kind, every }: Workload): Duration | null =>
  kind === 'paced' ? '1s' : kind === 'watched' ? (every ?? '1s') : null;

function planOf(workload: Workload, url: string): Plan {
  const { kind, chargers } = workload;
  const every = everyOf(workload);
  const scenario = defineScenario({
    target: url,
    duration: '10m',
    fleets: [
      {
        name: 'bench',
        chargers,
        model: tonly48A(),
        // Spread over the second in which each of them is due, as the bare loop's are.
        connect: every ? ramp({ over: '1s' }) : allAtOnce(),
        heartbeat: every ?? 'boot',
        ...(kind === 'commands' ? { reactionTime: '0ms', maxCommandRate: 1_000_000 } : {}),
        life: kind === 'closed' ? life().boot().closedLoop('Heartbeat') : life().boot(),
      },
    ],
  });
  return compilePlan(scenario, { name: 'bench', file: null, seed: 1 });
}

function ourClient(workload: Workload): Client {
  let memories: readonly ShardMemory[] = [];
  let csms: CsmsGroup | null = null;
  let before: Snapshot | null = null;
  let onlookers: Onlookers | null = null;
  const counters = () => readSnapshot(memories);
  return {
    async connectAll() {
      if (workload.target === 'embedded') csms = await spawnCsms();
      const url = csms?.urls[0] ?? `ws://127.0.0.1:${workload.port}`;
      const plan = planOf(workload, url);
      onlookers = await onlookersOf(workload, plan, url);
      memories = await start({ plan, url, workload, onlookers });
      while (booted(memories) < workload.chargers) await sleep(0.005);
    },
    start() {},
    calls: () => (workload.kind === 'commands' ? commands(memories) : answered(memories)),
    beginWindow() {
      before = counters();
      onlookers?.begin();
    },
    endWindow: () => onlookers?.end(),
    latenessP99Ms() {
      csms?.stop();
      const window = emptySnapshot(1);
      addDelta(window, differenceOf(counters(), before ?? window));
      return stageLatency(window, 'lateness', 'whole').getValueAtPercentile(99) / 1000;
    },
  };
}

async function onlookersOf(
  { onlookers }: Workload,
  plan: Plan,
  url: string,
): Promise<Onlookers | null> {
  if (onlookers === 'all') return benchOnlookers(plan, url);
  if (onlookers !== 'file') return null;
  const { add, ...recording } = benchRecording(plan, url);
  return { ...recording, interval: add, progress() {} };
}

// Counters alone, for these are asked often: merging all the histograms would be measured too.

const booted = (memories: readonly ShardMemory[]) =>
  memories.reduce((sum, { counters }) => sum + counters[RunCounterOffset.booted], 0);

function answered(memories: readonly ShardMemory[]): number {
  let sum = 0;
  for (const { counters } of memories) {
    for (let i = 0; i < STAGE_CLASSES * ACTION_COUNT; i++) {
      const base = callCounterBase(Math.floor(i / ACTION_COUNT), i % ACTION_COUNT);
      sum += counters[base + CallCounterIndex.answered];
    }
  }
  return sum;
}

function commands(memories: readonly ShardMemory[]): number {
  let sum = 0;
  for (const { counters } of memories) {
    for (let command = 0; command < COMMAND_COUNT; command++) {
      sum += counters[commandCounterBase(command) + CommandCounterIndex.answered];
    }
  }
  return sum;
}

interface Started {
  readonly plan: Plan;
  readonly url: string;
  readonly workload: Workload;
  readonly onlookers: Onlookers | null;
}

async function start({ plan, url, workload, onlookers }: Started): Promise<readonly ShardMemory[]> {
  const clock = systemClock();
  const common = { plan, routes: routesTo(url) };
  if (workload.inThread) {
    const memory = new SharedArrayBuffer(shardMemoryBytes(1));
    const loop = runShardHere({ ...common, ...ONLY_SHARD, memory }, [], {
      notify: (_, text) => process.stderr.write(`${text}\n`),
      scriptFailed() {},
      done() {},
    });
    loop.start(clock.nowNs(), Date.now());
    return [shardMemory(memory)];
  }
  const onEvent = (_: string, text: string) => process.stderr.write(`${text}\n`);
  const pool = startThreads({ ...common, workers: 1, onEvent });
  // A shard that fails must end the bench, not keep it waiting.
  void pool.ended.then(({ shardError }) => {
    if (shardError) throw shardError;
  });
  await pool.ready;
  const startNs = clock.nowNs();
  pool.start(startNs, Date.now());
  if (workload.kind === 'watched') {
    const stop = new AbortController().signal;
    const options = {
      onProgress: onlookers?.progress ?? (() => {}),
      onInterval: onlookers?.interval,
      stop,
    };
    const sampleHealth = healthSampler({ clock, machine: thisMachine(), workers: pool.workers });
    const judge = judgeOf(plan);
    const judged = { ...judge, verdictSoFar: verdictReader(judge, plan, 1) };
    const planned = plan.chargerCount;
    watchRun({ plan, planned, pool, clock, startNs, sampleHealth, judge: judged, options });
  }
  return pool.memories;
}

await measureThisProcess(ourClient);
