/**
 * The entry of the embedded central system's own process: forked by `spawn.ts`, told what to do by
 * IPC. It lives as long as its parent and no longer.
 */
import { UserError } from '../base/errors.ts';
import { type LightCsms, startLight } from './light/server.ts';
import type { ChildMessage, ParentMessage } from './messages.ts';
import type { CsmsOptions } from './options.ts';
import type { Place } from './place.ts';
import { checkExportFile, writeTransactions } from './records.ts';
import { type Csms, startCsms } from './server.ts';

/** Of `faults.exitAfterUpgrades`: what a process gets that runs out of memory. */
const KILLED = 137;

function tell(message: ChildMessage, done?: () => void): void {
  process.send?.(message, undefined, undefined, () => done?.());
}

type Served = Csms | LightCsms;

let exportFile: string | undefined;

async function start(options: CsmsOptions, place: Place): Promise<Served | null> {
  try {
    exportFile = options.exportTransactions;
    if (exportFile !== undefined) checkExportFile('embedded.exportTransactions', exportFile);
    const csms = options.light
      ? await startLight(options, place)
      : await startCsms(options, () => process.exit(KILLED));
    tell({ type: 'listening', url: csms.url });
    return csms;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell({ type: 'refused', message: error.message, hint: error.hint }, () => process.exit(1));
    return null;
  }
}

async function stop(csms: Served | null, request: number): Promise<void> {
  if (!csms) process.exit(0);
  await csms.close();
  if (exportFile !== undefined && 'state' in csms) writeTransactions(exportFile, csms.state);
  tell({ type: 'counters', request, counters: csms.counters() }, () => process.exit(0));
}

let started: Promise<Served | null> = Promise.resolve(null);

async function obey(message: ParentMessage): Promise<void> {
  if (message.type === 'start') {
    started = start(message.options, message.place);
    await started;
    return;
  }
  const csms = await started;
  if (message.type === 'stop') await stop(csms, message.request);
  else if (csms) tell({ type: 'counters', request: message.request, counters: csms.counters() });
}

process.on('message', obey);
process.on('disconnect', () => process.exit(0));
// Signals may reach the whole process group, but the chargers of the parent still have to drain.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
