/**
 * The entry of the embedded central system's own process: forked by `spawn.ts`, told what to do by
 * IPC. It lives as long as its parent and no longer.
 */
import { UserError } from '../base/errors.ts';
import type { ChildMessage, ParentMessage } from './messages.ts';
import { type Csms, startCsms } from './server.ts';

function tell(message: ChildMessage, done?: () => void): void {
  process.send?.(message, undefined, undefined, () => done?.());
}

async function start(options: Extract<ParentMessage, { type: 'start' }>['options']) {
  try {
    const csms = await startCsms(options);
    tell({ type: 'listening', url: csms.url });
    return csms;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    tell({ type: 'refused', message: error.message, hint: error.hint }, () => process.exit(1));
    return null;
  }
}

async function stop(csms: Csms | null, request: number): Promise<void> {
  if (!csms) process.exit(0);
  await csms.close();
  tell({ type: 'counters', request, counters: csms.counters() }, () => process.exit(0));
}

let started: Promise<Csms | null> = Promise.resolve(null);

async function obey(message: ParentMessage): Promise<void> {
  if (message.type === 'start') {
    started = start(message.options);
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
