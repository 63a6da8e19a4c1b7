/** The entry point of a worker thread: one task is one shard is the whole run. */
import { threadId } from 'node:worker_threads';
import { systemClock } from '../../base/clock.ts';
import { writeDurationNs } from '../../base/units.ts';
import { observeGc } from '../../health/gc.ts';
import { placeOf, scriptException } from '../../scenario/load-error.ts';
import { outputToStderr } from '../../scenario/output.ts';
import type { Script } from '../../scenario/types.ts';
import { ScriptAbort } from '../charger/script.ts';
import type { Uploader } from '../upload/upload.ts';
import { runShardHere } from './here.ts';
import { ledgerBatch } from './ledger.ts';
import type { ShardLoop } from './loop.ts';
import type { FromShard, ShardEnd, ShardTask, ToShard } from './messages.ts';

/** Runs a shard until its last charger is done. */
export default async function runShard(task: ShardTask): Promise<ShardEnd> {
  // Only user code prints here.
  outputToStderr();
  const scripts = await loadScripts(task);
  const uploader = await uploaderFor(task);
  const { port } = task;
  const tell = (message: FromShard) => port.postMessage(message);
  const told = new Set<string>();
  const rows = ledgerBatch(systemClock(), (text) => tell({ type: 'ledger', text }));
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
    loop = runShardHere(task, scripts, {
      notify(kind, text) {
        if (told.has(kind)) return;
        told.add(kind);
        tell({ type: 'event', kind, text });
      },
      scriptFailed,
      uploader,
      ledger: task.ledger ? rows.add : null,
      done() {
        rows.flush();
        port.close();
        resolve({ scriptError, abortReason });
      },
    });
    port.on('message', (message: ToShard) => {
      try {
        obey(loop, message, tell);
      } catch (error) {
        reject(error);
      }
    });
    process.on('uncaughtException', (error) => {
      if (error instanceof ScriptAbort || placeOf(error) !== undefined) scriptFailed(error);
      else reject(error);
    });
    // Only scripts make promises here, so one that nobody awaits is theirs.
    process.on('unhandledRejection', scriptFailed);
    observeGc(task.gc);
    tell({ type: 'ready', threadId });
  });
}

function obey(loop: ShardLoop, message: ToShard, tell: (message: FromShard) => void): void {
  if (message.type === 'start') loop.start(message.startNs, message.wallStartMs);
  else if (message.type === 'drain') loop.drain();
  else if (message.type === 'finish') loop.finish();
  else if (message.type === 'pace') loop.setPace(message.atNs, message.factor);
  else {
    const { share, draw } = message;
    tell({ type: 'dropped', draw, ...loop.drop(share, draw) });
  }
}

// What few runs need is loaded by these alone: half of a worker's start was that.

async function loadScripts({ plan }: ShardTask): Promise<Script[]> {
  if (plan.scriptCount === 0 || plan.scenarioFile === null) return [];
  const { loadScenario } = await import('../../scenario/load.ts');
  const { collectScripts } = await import('../../scenario/scripts.ts');
  // What the command line put over it may be what made it valid, so it is put over it here too.
  const { scenario } = await loadScenario(plan.scenarioFile, {
    target: plan.target.kind === 'embedded' ? 'embedded' : plan.target.url,
    ...(plan.sourceAddresses.length > 0 && { sourceAddresses: plan.sourceAddresses }),
    duration: writeDurationNs(plan.stages.steadyNs),
    dialect: plan.dialect,
    chargers: plan.chargerCount,
  });
  return collectScripts(scenario);
}

async function uploaderFor({ plan }: ShardTask): Promise<Uploader | null> {
  if (!plan.fleets.some(({ diagnostics }) => diagnostics === 'upload')) return null;
  const { ftpUploader } = await import('../upload/ftp.ts');
  return ftpUploader();
}
