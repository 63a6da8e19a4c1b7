/**
 * The product's light central system as the target of the benches, so that the target is never
 * what limits them. Run as `node light-target.ts [PORT] [INTERVAL_S] [commands]`; with `commands`
 * it sends each charger a command after its first CALLs, and the next whenever one is answered. It
 * prints its port, answers IPC messages with its counters, ends with its parent.
 */
import { startLight } from '../../src/csms/light/server.ts';
import { startCommander } from './commander.ts';

/** Its own count of what arrived, and its CPU time. */
export interface TargetCounters {
  readonly accepted: number;
  readonly open: number;
  readonly calls: number;
  readonly cpuUs: number;
}

const [port = 0, intervalS = 60] = process.argv.slice(2, 4).map(Number);
const start = process.argv[4] === 'commands' ? startCommander : startLight;
const target = await start({ light: true, port, intervalS });

function report(): TargetCounters {
  const { user, system } = process.cpuUsage();
  const { connectionsAccepted, connectionsOpen, answered } = target.counters();
  const cpuUs = user + system;
  return { accepted: connectionsAccepted, open: connectionsOpen, calls: answered, cpuUs };
}

if (process.send) process.send(target.port);
else process.stdout.write(`listening on ${target.port}\n`);
process.on('message', () => process.send?.(report()));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
