/**
 * A machine for tests: a network namespace of its own, where the system allows that, whose loopback
 * leads to ports of this one through cables that can be pulled. Nothing leaves this machine.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterFile } from '../e2e/cleanup.ts';
import { scratch } from '../e2e/support.ts';
import { type Cable, cable } from './cable.ts';

export interface TestMachine {
  /** Put before a command, it runs there. */
  readonly prefix: readonly string[];
  /** What listens here on that port hears nothing of the machine, nor the other way round. */
  pull(port: number): void;
  plug(port: number): void;
}

const INSIDE = fileURLToPath(new URL('machine-inside.ts', import.meta.url));
const LO_UP = 'ip link set lo up && exec "$0" "$@"';

/** Whether namespaces can be made here, by `unshare`, `nsenter` and `ip`. */
export const hasNamespaces = (): boolean =>
  spawnSync('unshare', ['-rn', 'sh', '-c', 'ip link set lo up']).status === 0 &&
  spawnSync('nsenter', ['--version']).status === 0;

/** @param ports of this machine that are reachable there, at 127.0.0.1 too. */
export async function testMachine(ports: readonly number[]): Promise<TestMachine> {
  const folder = scratch();
  const cables = new Map<number, Cable>();
  for (const port of ports) cables.set(port, await cable(join(folder, `${port}.sock`), port));
  const node = [process.execPath, INSIDE, folder, ...ports.map(String)];
  const inside = spawn('unshare', ['-rn', 'sh', '-c', LO_UP, ...node], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  afterFile(async () => {
    const ended = once(inside, 'exit');
    inside.stdin.end();
    await ended;
    for (const each of cables.values()) each.close();
  });
  await Promise.race([
    once(inside.stdout, 'data'),
    once(inside, 'exit').then(() => Promise.reject(new Error('the machine could not be made'))),
  ]);
  const spaces = `/proc/${inside.pid}/ns`;
  return {
    prefix: ['nsenter', `--user=${spaces}/user`, `--net=${spaces}/net`, '--preserve-credentials'],
    pull: (port) => cables.get(port)?.pull(),
    plug: (port) => cables.get(port)?.plug(),
  };
}
