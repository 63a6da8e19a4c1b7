/**
 * The entry of a process that has some of a run's workers, as threads: forked by `spawn.ts`, told
 * what to do by IPC. It lives as long as its parent and no longer.
 */
import { residentBytes } from '../../health/machine.ts';
import type { Pool } from '../pool.ts';
import { startThreads } from '../threads.ts';
import type { FromHost, HostJob, HostReading, ToHost } from './messages.ts';

/** Five times a second: silence of more than a second and a half means trouble. */
const ALIVE_MS = 200;

let pool: Pool | null = null;

function tell(message: FromHost, done?: () => void): void {
  process.send?.(message, undefined, undefined, () => done?.());
}

function reading(): HostReading {
  const { user, system } = process.cpuUsage();
  return {
    cpuUs: user + system,
    rssBytes: residentBytes(0),
    workers: pool?.workers() ?? [],
  };
}

function run({ range, ledger, ...job }: HostJob): Pool {
  const started = startThreads(
    {
      ...job,
      onEvent: (kind, text) => tell({ type: 'event', kind, text }),
      onLedger: ledger ? (text) => tell({ type: 'ledger', text }) : null,
      onFailure: (kind) => tell({ type: 'failure', kind }),
    },
    range,
    {
      told: (worker, told) => tell({ type: 'told', worker, told }),
      lost: (worker) => tell({ type: 'lost', worker }),
    },
  );
  started.ready.then(
    () => tell({ type: 'ready', reading: reading() }),
    (error: Error) => tell({ type: 'refused', error }),
  );
  void started.ended.then((end) =>
    tell({ type: 'ended', end, reading: reading() }, () => process.exit(0)),
  );
  return started;
}

async function obey(message: ToHost): Promise<void> {
  if (message.type === 'run') pool = run(message.job);
  else if (message.type === 'start') pool?.start(message.startNs, message.wallStartMs);
  else if (message.type === 'pace') pool?.setPace(message.atNs, message.factor);
  else if (message.type === 'size') pool?.setSize(message.atNs, message.sizes);
  else if (message.type === 'drop') {
    const { share, draw } = message;
    const dropped = await pool?.drop(share, draw);
    if (dropped !== undefined) tell({ type: 'dropped', draw, ...dropped });
  } else pool?.[message.type]();
}

process.on('message', obey);
process.on('disconnect', () => process.exit(0));
// Signals may reach the whole process group, but the chargers have to drain: the parent says when.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});
setInterval(() => tell({ type: 'alive', reading: reading() }), ALIVE_MS).unref();
