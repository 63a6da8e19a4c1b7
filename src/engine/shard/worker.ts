/** The entry point of a worker thread: one task is one shard is the whole run. */
import { threadId } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { observeGc } from '../../health/gc.ts';
import { placeOf, scriptException } from '../../scenario/load-error.ts';
import { outputToStderr } from '../../scenario/output.ts';
import { shardMemory } from '../../snapshot/layout.ts';
import { ScriptAbort } from '../charger/script.ts';
import type { Uploader } from '../upload/upload.ts';
import { runShardHere } from './here.ts';
import { ledgerBatch } from './ledger.ts';
import type { ShardLoop } from './loop.ts';
import type { FromShard, ShardEnd, ShardTask, ToShard } from './messages.ts';
import { loadScripts } from './scripts.ts';
import { teller } from './teller.ts';

/** Runs a shard until its last charger is done; the port is closed when it has ended or failed. */
export default async function runShard(task: ShardTask): Promise<ShardEnd> {
  try {
    return await run(task);
  } finally {
    task.port.close();
  }
}

async function run(task: ShardTask): Promise<ShardEnd> {
  // Only user code prints here.
  outputToStderr();
  const scripts = await loadScripts(task.plan);
  const uploader = await uploaderFor(task);
  const { port } = task;
  const tell = (message: FromShard) => port.postMessage(message);
  const told = new Set<string>();
  const rows = ledgerBatch(systemClock(), (text) => tell({ type: 'ledger', text }));
  const counts = task.tells ? tellerOf(task, tell) : null;
  let scriptError: ShardEnd['scriptError'] = null;
  let abortReason: ShardEnd['abortReason'] = null;
  const scriptFailed = (error: unknown) => {
    if (error instanceof ScriptAbort) {
      abortReason ??= error.message;
      tell({ type: 'scriptAborted' });
    } else {
      scriptError ??= scriptException(error, task.plan.scenarioFile ?? task.plan.name);
      tell({ type: 'scriptFailed' });
    }
    loop.drain();
  };
  let loop: ShardLoop;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => {
      loop.halt();
      counts?.end();
      reject(error);
    };
    loop = runShardHere(task, scripts, {
      notify(kind, text) {
        if (told.has(kind)) return;
        told.add(kind);
        tell({ type: 'event', kind, text });
      },
      scriptFailed,
      uploader,
      ledger: task.ledger ? rows.add : null,
      ...(counts && { pushed: counts.pushed }),
      done() {
        rows.flush();
        counts?.end();
        resolve({ scriptError, abortReason });
      },
    });
    port.on('message', (message: ToShard) => {
      try {
        if (message.type === 'start') counts?.begin(message.startNs);
        obey(loop, message, tell);
      } catch (error) {
        fail(error);
      }
    });
    process.on('uncaughtException', (error) => {
      if (error instanceof ScriptAbort || placeOf(error) !== undefined) scriptFailed(error);
      else fail(error);
    });
    // Only scripts make promises here, so one that nobody awaits is theirs.
    process.on('unhandledRejection', scriptFailed);
    observeGc(task.gc);
    tell({ type: 'ready', threadId });
  });
}

const tellerOf = ({ memory }: ShardTask, tell: (message: FromShard) => void) =>
  teller(systemClock(), shardMemory(memory), (told) => tell({ type: 'told', told }));

function obey(loop: ShardLoop, message: ToShard, tell: (message: FromShard) => void): void {
  if (message.type === 'start') loop.start(message.startNs, message.wallStartMs);
  else if (message.type === 'drain') loop.drain();
  else if (message.type === 'finish') loop.finish();
  else if (message.type === 'pace') loop.setPace(message.atNs, message.factor);
  else if (message.type === 'size') loop.setSize(message.atNs, message.sizes);
  else {
    const { share, draw } = message;
    tell({ type: 'dropped', draw, ...loop.drop(share, draw) });
  }
}

// What few runs need is loaded by these alone: half of a worker's start was that.

async function uploaderFor({ plan }: ShardTask): Promise<Uploader | null> {
  if (!plan.fleets.some(({ diagnostics }) => diagnostics === 'upload')) return null;
  const { ftpUploader } = await import('../upload/ftp.ts');
  return ftpUploader();
}
