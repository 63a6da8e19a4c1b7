/** A thread of a forecast: its shards take turns, a minute each, so that none is far behind. */
import { parentPort, workerData } from 'node:worker_threads';
import { ScriptAbort } from '../engine/charger/script.ts';
import { loadScripts } from '../engine/shard/scripts.ts';
import { scriptException } from '../scenario/load-error.ts';
import { outputToStderr } from '../scenario/output.ts';
import { shardMemory, shardMemoryBytes } from '../snapshot/layout.ts';
import { type BinReader, binReader } from './bins.ts';
import { type ForecastEnd, type ForecastTask, StateWord } from './messages.ts';
import { createPlayer, type Player } from './play.ts';

/** Long enough that a shard is worth fetching from memory, short enough to show progress. */
const TURN_S = 60;

async function playShards(task: ForecastTask): Promise<ForecastEnd> {
  const { plan, assumed, shards, first, every, seconds } = task;
  const state = new Int32Array(task.state);
  const scripts = await loadScripts(plan);
  const mayStop = () => Atomics.load(state, StateWord.stop) !== 0 || trouble !== null;
  let trouble: ForecastEnd = null;
  const scriptFailed = (error: Error) => {
    trouble ??= troubleOf(error, plan.scenarioFile ?? plan.name);
  };
  // Shards of one thread count into the same memory: only sums matter.
  const memory = shardMemory(new ArrayBuffer(shardMemoryBytes(plan.fleets.length)));
  const add = binReader(memory, new Float64Array(task.bins));
  const players: Player[] = [];
  for (let shard = first; shard < shards; shard += every) {
    const own = { plan, shard, shards, memory, assumed, scripts, scriptFailed };
    players.push(createPlayer(own));
  }
  const hasScripts = scripts.length > 0;
  for (let fromS = 0; fromS < seconds; fromS += TURN_S) {
    const toS = Math.min(seconds, fromS + TURN_S);
    for (const player of players) {
      if (mayStop()) return trouble;
      if (hasScripts) await playScripts(player, fromS, toS, add);
      else playTurn(player, fromS, toS, add);
    }
    Atomics.store(state, StateWord.doneS, toS);
  }
  for (const player of players) {
    if (mayStop()) return trouble;
    if (hasScripts) await player.playScriptsTo(Number.POSITIVE_INFINITY);
    else player.playTo(Number.POSITIVE_INFINITY);
  }
  add(seconds);
  Atomics.store(state, StateWord.doneS, seconds + 1);
  return trouble;
}

function playTurn(player: Player, fromS: number, toS: number, add: BinReader): void {
  for (let second = fromS; second < toS; second++) {
    player.playTo((second + 1) * 1e9);
    add(second);
  }
}

async function playScripts(
  player: Player,
  fromS: number,
  toS: number,
  add: BinReader,
): Promise<void> {
  for (let second = fromS; second < toS; second++) {
    await player.playScriptsTo((second + 1) * 1e9);
    add(second);
  }
}

function troubleOf(error: Error, file: string): ForecastEnd {
  if (error instanceof ScriptAbort) return { kind: 'aborted', message: error.message, stack: '' };
  return { kind: 'thrown', ...scriptException(error, file) };
}

// Only user code prints here.
outputToStderr();
const end = await playShards(workerData as ForecastTask);
parentPort?.postMessage(end);
// A script may have left something behind that would keep the thread alive.
parentPort?.close();
process.exit();
